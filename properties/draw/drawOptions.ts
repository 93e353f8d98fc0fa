/** Options of the trace generator: the facts about a system that it needs to draw traces that the system can perform. */
import type { SystemTraits } from '../system';
import type { Op } from '../trace/command';

/** Options of the trace generator; {@link drawOptions} fills them in from a system. */
export interface DrawOptions {
  /** Commands to draw from: those that the system can perform. */
  readonly ops: ReadonlySet<Op>;
  /** The largest number of Ps at any step. */
  readonly maxProcs: number;
  /** Whether some traces observe the system by a flushing read at each step (`Shape.readsEachStep`). */
  readonly canReadEachStep?: boolean | undefined;
  /** Whether some objects have pointers. */
  readonly hasSpanClasses?: boolean | undefined;
  /** Percentage of traces without any object that has pointers; 0 if left out. */
  readonly plainPercent?: number | undefined;
  /** Length of the longest trace, in commands. */
  readonly maxCommands: number;
}

/** Returns the options under which every trace drawn is one that `system` can perform. */
export function drawOptions(system: SystemTraits, maxCommands: number): DrawOptions {
  const { ops, maxProcs, canReadEachStep, hasSpanClasses, plainPercent } = system;
  return { ops, maxProcs, canReadEachStep, hasSpanClasses, plainPercent, maxCommands };
}
