/** A trace: commands, and the shape of the system that they run in. */
import type { Command } from './command';

export interface Shape {
  /** Number of Ps at the start, 1 to 128. */
  readonly procs: number;
}

export interface Trace {
  readonly shape: Shape;
  readonly commands: readonly Command[];
}
