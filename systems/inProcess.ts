/** An allocator of somebody's own, written in TypeScript, as a system. */
import { newMemStats } from '../model/memstats';
import { newRescan } from '../model/mstats';
import type { Command, Op } from '../properties/trace/command';
import type { Death, Observation, SyncSystem } from '../properties/system';
import { fillMemStats, type Figures } from './figures';

/** What an allocator must offer to be verified. */
export interface InProcessAllocator {
  readonly name: string;
  /** Commands that it can perform; traces are drawn of these. freegc is of Go's runtime alone. */
  readonly ops: readonly Exclude<Op, 'freegc'>[];
  /** Ps that it can have; 1 if it has no caches of that kind. */
  readonly maxProcs?: number;
  /** Starts anew, empty, with `procs` Ps. */
  reset(procs: number): void;
  /** Performs a command. What it throws is a failure of its own. `gcStart` frees all that was freed before it. */
  apply(command: Command): void;
  /** The statistics from its counters. */
  stats(): Figures;
  /** The same statistics from a walk over what it holds. */
  rescan(): Figures;
}

export function inProcessSystem(allocator: InProcessAllocator): SyncSystem {
  const published = newMemStats();
  const rescan = newRescan();
  const observation: Observation = { published, rescan };
  return {
    isAsync: false,
    name: allocator.name,
    ops: new Set(allocator.ops),
    shows: new Set(['rescan']),
    collection: 'whole',
    observationFlushes: false,
    maxProcs: allocator.maxProcs ?? 1,
    run(trace, observe): Death | undefined {
      let step = 0;
      try {
        allocator.reset(trace.shape.procs);
        for (; step < trace.commands.length; step++) {
          allocator.apply(trace.commands[step]);
          fillMemStats(published, allocator.stats());
          fillMemStats(rescan.stats, allocator.rescan());
          if (!observe(step, trace.commands[step], observation)) return undefined;
        }
        return undefined;
      } catch (error) {
        return { step, kind: 'throw', message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}
