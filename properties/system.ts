/**
 * What is tested. A system applies the commands of a trace one after the other, from a fresh state, and
 * shows after each what it publishes and, where it can, more: its own rescan, what moved where, its inside.
 */
import type { Heap } from '../model/mheap';
import type { MemStats } from '../model/memstats';
import type { Events } from '../model/events';
import type { Rescan } from '../model/mstats';
import type { Command, Op } from './trace/command';
import type { Shape, Trace } from './trace/trace';

/** Two figures of the system that must be equal at this step, which it names itself. */
export interface Twin {
  readonly counter: string;
  /** Size class or P, where the figure is of one. */
  readonly where?: string;
  readonly expected: number;
  readonly actual: number;
}

/** What the reference model says of the same trace. */
export interface Predicted {
  readonly stats: MemStats;
  /** The model's own words, if it could not go on. */
  readonly death: string | undefined;
}

/** What a system shows after a step. The object may be the same at every step, with new contents. */
export interface Observation {
  /** The statistics as a read would publish them now; formed without a flush where the system can. */
  readonly published: MemStats;
  /** The same from a full rescan, if the system has one. */
  readonly rescan?: Rescan | undefined;
  /** What the step did to spans and slots, if the system tells. */
  readonly events?: Events | undefined;
  /** The allocator itself, if it is in this process. */
  readonly heap?: Heap | undefined;
  /** At a readMemStats command: what the flushing read published, and what a second one right after it did. */
  readonly read?: MemStats | undefined;
  readonly readAgain?: MemStats | undefined;
  /** What the reference model, run beside the system, says that must be published. */
  readonly predicted?: Predicted | undefined;
  /** What the system holds equal beyond the fields above. */
  readonly twins?: readonly Twin[] | undefined;
}

/** Told after each step; answers whether the trace goes on. */
export type Observe = (step: number, command: Command, observation: Observation) => boolean;

/** The system ended in the middle of a trace: its own throw, a crash, a hang. */
export interface Death {
  /** The step during which it died. */
  readonly step: number;
  readonly kind: 'throw' | 'crash' | 'hang';
  /** The system's own words. */
  readonly message: string;
}

/** What every system says of itself, whether it answers at once or later. */
export interface SystemTraits {
  /** As `--system` names it. */
  readonly name: string;
  /** Commands that it can perform; traces are drawn of these. */
  readonly ops: ReadonlySet<Op>;
  /**
   * What its observations hold beyond `published`: checks that need more are not run.
   */
  readonly shows: ReadonlySet<'rescan' | 'events' | 'heap' | 'read' | 'twins' | 'predicted'>;
  /**
   * How a collection ends: `lazy`, the sweep is left open and `moves` tell what is swept; `whole`, all that
   * was freed is swept when gcStart returns.
   */
  readonly collection: 'lazy' | 'whole';
  /**
   * Whether looking at the system flushes its Ps, as `ReadMemStatsSlow` of the real runtime does: then no cached
   * span and no tiny block outlives a step.
   */
  readonly observationFlushes: boolean;
  /** Whether it can be observed by a flushing read at each step, where the trace says so (`Shape.readsEachStep`). */
  readonly canReadEachStep?: boolean;
  /** Whether objects with pointers lie in spans of their own, as in Go since 1.9; then some are drawn. */
  readonly hasSpanClasses?: boolean;
  /** Of the traces that are drawn, so many of a hundred have no object with pointers; 0 if not said. */
  readonly plainPercent?: number;
  /** Ps that it can have, at the most. */
  readonly maxProcs: number;
  /** Ends what it has started. */
  close?(): Promise<void>;
}

/** A system in this process: a trace is over when `run` returns. */
export interface SyncSystem extends SystemTraits {
  readonly isAsync: false;
  /**
   * Runs a trace from a fresh state, or from one whose published statistics are shown to `observe` as step -1.
   * Ends at the last command, when `observe` says so, or with the system's death.
   */
  run(trace: Trace, observe: Observe): Death | undefined;
}

/** A system in another process or thread. */
export interface AsyncSystem extends SystemTraits {
  readonly isAsync: true;
  /**
   * Whether `run` may be called before the run before it has ended: traces are then sent ahead, and observed one after the
   * other all the same.
   */
  readonly runsAhead?: boolean;
  /** Runs a trace as a `SyncSystem` does; the promise is fulfilled when the trace is over. */
  run(trace: Trace, observe: Observe): Promise<Death | undefined>;
  /** Forgets all that earlier traces may have left in it, as a fresh process does; while no trace runs. */
  refresh?(): void;
  /** Whether no trace has run in it since. */
  readonly isFresh?: boolean;
}

export type System = SyncSystem | AsyncSystem;

/** A system that others may drive command by command, as `fc.modelRun` does. */
export interface SteppedSystem extends SyncSystem {
  /** A fresh state. */
  start(shape: Shape): void;
  /** Performs one command and shows what came of it; throws where the system dies. */
  step(command: Command): Observation;
}
