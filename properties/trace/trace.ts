/** A trace: commands, and the shape of the system that they run in. */
import type { Command } from './command';

export interface Shape {
  /** Number of Ps at the start, 1 to 128. */
  readonly procs: number;
  /**
   * Whether the system is observed by a flushing read at each step (`ReadMemStatsSlow`), where it can be. A suite that
   * only reads so hides what needs a long stretch without a flush; one that never does, what only a flush shows.
   */
  readonly readsEachStep?: boolean;
}

export interface Trace {
  readonly shape: Shape;
  readonly commands: readonly Command[];
}
