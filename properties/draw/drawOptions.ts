/** Options of the trace generator: the facts about a system that it needs to draw traces that the system can perform. */
import type { SystemTraits } from '../system';
import { MAX_PROCS } from '../../model/mcache';
import { didYouMean } from '../input/didYouMean';
import { MAX_COMMANDS, OPS, type Op } from '../trace/command';

/** Options of the trace generator; {@link drawOptions} fills them in from a system. */
export interface DrawOptions {
  /** Commands to draw from: those that the system can perform. */
  readonly ops: ReadonlySet<Op>;
  /** The largest number of Ps at any step. */
  readonly maxProcs: number;
  /** True to let some traces observe the system by a flushing read at each step (`Shape.readsEachStep`). */
  readonly canReadEachStep?: boolean | undefined;
  /** True to let some objects have pointers. */
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

/** Commands that always apply, one of which the generator draws where nothing else does. */
const ALLOCATIONS: readonly Op[] = ['smallAlloc', 'tinyAlloc', 'largeAlloc', 'allocStack'];

/** Throws a `TypeError` that names the option from which no trace can be drawn. */
export function assertDrawable({ ops, maxProcs, maxCommands }: DrawOptions): void {
  for (const op of ops) {
    if (!Object.hasOwn(OPS, op)) throw new TypeError(`ops: ${op} is not a command${didYouMean(op, Object.keys(OPS))}`);
  }
  if (!ALLOCATIONS.some((op) => ops.has(op)))
    throw new TypeError(
      `ops: ${[...ops].join(', ') || 'none'}: nothing is ever allocated; add one of ${ALLOCATIONS.join(', ')}`,
    );
  if (ops.has('cacheSpan') && !ops.has('smallAlloc'))
    throw new TypeError('ops: cacheSpan needs smallAlloc: a cached span must be used before it is given back');
  assertWithin('maxProcs', maxProcs, MAX_PROCS);
  assertWithin('maxCommands', maxCommands, MAX_COMMANDS);
}

function assertWithin(name: string, value: number, max: number): void {
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new TypeError(`${name}: ${String(value)} is not a whole number from 1 to ${max}`);
}
