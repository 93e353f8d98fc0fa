/**
 * The system under test. It performs the commands of a trace one after the other, from a fresh state, and after each
 * shows the statistics that it publishes. It may show more: its own rescan, the events of the step, its heap.
 */
import type { Heap } from '../model/mheap';
import type { MemStats } from '../model/memstats';
import type { Events } from '../model/events';
import type { Rescan } from '../model/mstats';
import type { PublishedFields } from './publishedFields';
import type { Command, Op } from './trace/command';
import type { Shape, Trace } from './trace/trace';

/** Two figures, named by the system itself, that must be equal at this step. */
export interface Twin {
  readonly counter: string;
  /** The size class or P, if the figure belongs to one. */
  readonly where?: string;
  readonly expected: number;
  readonly actual: number;
}

/** The reference model's answer to the same trace. */
export interface Predicted {
  readonly stats: MemStats;
  /** The model's own words, if it could not go on. */
  readonly death: string | undefined;
}

/** The state of a system after a step. The same object may be shown at every step, with new contents. */
export interface Observation {
  /** The statistics that a read would publish now, formed without a flush if the system can. */
  readonly published: MemStats;
  /**
   * The fields that `published` has; all of them if the system does not say. They are the same at every step. A field
   * that is left out is not compared; a field that is there and is NaN fails the check.
   */
  readonly publishes?: PublishedFields | undefined;
  /** The same statistics from a full rescan, if the system has one. */
  readonly rescan?: Rescan | undefined;
  /** The fields that `rescan.stats` has; all of them if the system does not say. */
  readonly rescans?: PublishedFields | undefined;
  /** The events of the step, if the system reports them. */
  readonly events?: Events | undefined;
  /** The allocator itself, if it lives in this process. */
  readonly heap?: Heap | undefined;
  /** At a readMemStats command, what the flushing read published. */
  readonly read?: MemStats | undefined;
  /** At a readMemStats command, what a second read published right after the first. */
  readonly readAgain?: MemStats | undefined;
  /** The figures that the reference model, run beside the system, publishes. */
  readonly predicted?: Predicted | undefined;
  /** Pairs of figures that the system itself holds equal. */
  readonly twins?: readonly Twin[] | undefined;
}

/** Parts of an observation that a system may have and that a check may need. */
export type Shown = 'rescan' | 'events' | 'heap' | 'read' | 'twins' | 'predicted';

/** Called after each step; returns false to end the trace. */
export type Observe = (step: number, command: Command, observation: Observation) => boolean;

/** The end of a system in the middle of a trace: its own throw, a crash or a hang. */
export interface Death {
  /** The step during which it died. */
  readonly step: number;
  readonly kind: 'throw' | 'crash' | 'hang';
  /** The system's own words. */
  readonly message: string;
}

/** One thing that a system cannot show or do. */
export interface Limit {
  /** A part of an observation, a command, or a figure. */
  readonly what: string;
  readonly why: string;
}

/** The traits that every system declares, whether it answers at once or later. */
export interface SystemTraits {
  /** The name, as `--system` takes it. */
  readonly name: string;
  /** The commands that the system can perform; traces are drawn from these. */
  readonly ops: ReadonlySet<Op>;
  /** The parts of an observation beyond `published`. A check that needs another part cannot run. */
  readonly shows: ReadonlySet<Shown>;
  /**
   * The end of a collection. `lazy`: spans are swept later, and events report when. `whole`: everything that was freed
   * is swept by the time gcStart returns.
   */
  readonly collection: 'lazy' | 'whole';
  /**
   * True if observing the system flushes its Ps, as `ReadMemStatsSlow` of the real runtime does. Then no cached span
   * and no tiny block outlives a step.
   */
  readonly observationFlushes: boolean;
  /** True if a flushing read can follow each step, where the trace says so (`Shape.readsEachStep`). */
  readonly canReadEachStep?: boolean;
  /** True if objects with pointers lie in spans of their own, as in Go since 1.9; then some are drawn. */
  readonly hasSpanClasses?: boolean;
  /** The percentage of drawn traces that have no object with pointers; 0 by default. */
  readonly plainPercent?: number;
  /** The most Ps that the system can have. */
  readonly maxProcs: number;
  /** The limits of what the system can show or do, in words for people. */
  readonly limits?: readonly Limit[];
  /** Ends whatever the system has started. */
  close?(): Promise<void>;
}

/** A system in this process: the trace is over when `run` returns. */
export interface SyncSystem extends SystemTraits {
  readonly isAsync: false;
  /**
   * Runs a trace from a fresh state. A system whose counters do not start at zero first calls `observe` with step -1.
   * The run ends after the last command, when `observe` returns false, or with the death that is returned.
   */
  run(trace: Trace, observe: Observe): Death | undefined;
}

/** A system in another process or thread. */
export interface AsyncSystem extends SystemTraits {
  readonly isAsync: true;
  /**
   * True if `run` may be called before the previous run has ended. Traces are then sent ahead; they are still observed
   * one after the other.
   */
  readonly runsAhead?: boolean;
  /** Runs a trace as a `SyncSystem` does; the promise is fulfilled when the trace is over. */
  run(trace: Trace, observe: Observe): Promise<Death | undefined>;
  /**
   * Drops all state that earlier traces may have left behind, as a new process would. A trace that is running, perhaps for
   * ever, ends without a death.
   */
  refresh?(): void;
  /** True if no trace has run since the last refresh. */
  readonly isFresh?: boolean;
}

export type System = SyncSystem | AsyncSystem;

/** A system that the caller drives command by command, as `fc.modelRun` does. */
export interface SteppedSystem extends SyncSystem {
  /** Resets the system to a fresh state. */
  start(shape: Shape): void;
  /** Performs one command and returns the observation; throws if the system dies. */
  step(command: Command): Observation;
}
