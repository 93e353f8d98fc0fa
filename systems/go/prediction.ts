/**
 * The reference model run beside Go 1.9, from the heap that the driver tells at the start of a trace: what it publishes
 * after each step is what Go must publish, field for field.
 */
import type { Allocator } from '../../model/allocator';
import { HEAP_IDLE, HEAP_INUSE, HEAP_SYS, copyMemStats, newMemStats, type MemStats } from '../../model/memstats';
import type { Command } from '../../properties/trace/command';
import type { Predicted, SteppedSystem } from '../../properties/system';
import type { Shape } from '../../properties/trace/trace';
import { modelSystem } from '../model';
import { loadHeapSnapshot } from './heapSnapshot';

/** A command that does nothing to a heap at rest. */
const LOOK: Command = { op: 'readMemStats' };

/** What the model counts as the real heap does from the start; everything else it counts from where the trace begins. */
const WHOLE = [HEAP_SYS, HEAP_IDLE, HEAP_INUSE] as const;

export class Prediction implements Predicted {
  readonly stats = newMemStats();
  death: string | undefined;
  private readonly system: SteppedSystem;
  /** What Go had counted before the model began to. */
  private readonly before = newMemStats();

  /** @param model the allocator to run; another than the clean one when a fault is planted. */
  constructor(model: Allocator) {
    this.system = modelSystem(model);
  }

  /**
   * @param world the heap before the first step.
   * @param published what Go published of it.
   */
  start(shape: Shape, world: readonly number[], published: MemStats): void {
    const { system, before, stats } = this;
    this.death = undefined;
    system.start(shape);
    const { heap } = system.step(LOOK);
    if (heap !== undefined) loadHeapSnapshot(heap, world);
    copyMemStats(published, before);
    for (const field of WHOLE) before.totals[field] = 0;
    copyMemStats(before, stats);
    add(stats, system.step(LOOK).published);
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
  for (let i = 0; i < sum.totals.length; i++) sum.totals[i] += summand.totals[i];
  for (let c = 0; c < sum.mallocs.length; c++) {
    sum.mallocs[c] += summand.mallocs[c];
    sum.frees[c] += summand.frees[c];
  }
}
