/**
 * Runs the reference model beside Go 1.9, from the heap that the driver reports at the start of a trace: what the model
 * publishes after each step is what Go must publish, field for field. The commit that the model is of gives objects with
 * pointers no spans of their own, so the model sits out traces with such objects.
 */
import type { Allocator } from '../../model/allocator';
import { HEAP_IDLE, HEAP_INUSE, HEAP_SYS, copyMemStats, newMemStats, type MemStats } from '../../model/memstats';
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import type { Predicted, SteppedSystem } from '../../properties/system';
import type { Shape } from '../../properties/trace/trace';
import { modelSystem } from '../model';
import { loadHeapSnapshot } from './heapSnapshot';

/** A command that does nothing to a heap at rest. */
const OBSERVE: Command = { op: 'readMemStats' };

/** Fields that the snapshot sets. The model counts everything else from the start of the trace. */
const WHOLE = [HEAP_SYS, HEAP_IDLE, HEAP_INUSE] as const;

export class Prediction implements Predicted {
  readonly stats = newMemStats();
  death: string | undefined;
  private readonly system: SteppedSystem;
  /** Go's counts before the trace. */
  private readonly before = newMemStats();

  /** @param model the allocator to run: the clean one, or one with a planted fault. */
  constructor(model: Allocator) {
    this.system = modelSystem(model);
  }

  /**
   * Starts a trace.
   * @param snapshot the heap before the first step.
   * @param published what Go publishes of it.
   */
  start(shape: Shape, snapshot: readonly number[], published: MemStats): void {
    const { system, before, stats } = this;
    this.death = undefined;
    system.start(shape);
    const { heap } = system.step(OBSERVE);
    if (heap !== undefined) loadHeapSnapshot(heap, snapshot);
    copyMemStats(published, before);
    for (const field of WHOLE) before.totals[field] = 0;
    copyMemStats(before, stats);
    add(stats, system.step(OBSERVE).published);
  }

  step(command: Command): void {
    if (this.death !== undefined) return;
    try {
      const { published } = this.system.step(command);
      copyMemStats(this.before, this.stats);
      add(this.stats, published);
    } catch (error) {
      this.death = error instanceof Error ? error.message : String(error);
    }
  }
}

function add(sum: MemStats, summand: MemStats): void {
  addTo(sum.totals, summand.totals);
  addTo(sum.mallocs, summand.mallocs);
  addTo(sum.frees, summand.frees);
}

function addTo(sums: Float64Array, summands: Float64Array): void {
  for (const [i, summand] of summands.entries()) sums[i] = at(sums, i) + summand;
}
