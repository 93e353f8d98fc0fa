/** Traces. */
import type { Command } from './command';

/** The system that a trace starts on. */
export interface Shape {
  /** Number of Ps at the start, 1 to 128. */
  readonly procs: number;
  /**
   * True if the system is observed by a flushing read at each step (`ReadMemStatsSlow`), where that is possible. A suite
   * that always reads so misses bugs that need many steps without a flush; one that never does misses those that only a
   * flush shows.
   */
  readonly readsEachStep?: boolean;
}

/** A trace: the commands to run, in order, and the system to start them on. */
export interface Trace {
  readonly shape: Shape;
  readonly commands: readonly Command[];
}
