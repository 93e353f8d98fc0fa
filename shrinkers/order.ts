/**
 * The contract of shrinking.
 *
 * **The order.** `compare` is a total order on traces; "smaller" means smaller in it and nothing else. In turn:
 *
 * 1. the number of commands;
 * 2. whether each step is observed by a read, then the number of Ps, at the start and in each setProcs: what one P does alone
 *    is easier to follow;
 * 3. the sum of complexities (`COMPLEXITY`: how much a reader must know to follow the command), and then how many allocate
 *    objects with pointers;
 * 4. the sum of counts, then of size classes, then of bytes and pages, then of P numbers;
 * 5. the commands one by one: their complexity, then p, class, count, size, pages, procs, pointers;
 * 6. the names one by one, so that the smallest names are 1 to n in the order of birth.
 *
 * **What every pass keeps** (`pass.test.ts` holds each of them to it):
 *
 * - it is a function of the trace alone: no clock, no chance, no state from one call to the next;
 * - every candidate is strictly smaller than the trace that the pass has at that time;
 * - a pass holds whatever trace it was last given: an answer to `yield` replaces the trace, and the pass goes on
 *   with that one, from about the same place; it looks at nothing that it remembers of the old one;
 * - it has no fixed point inside: it goes over the trace once, and the loop of shrink.ts comes back to it;
 * - it ends after a number of candidates that is bounded by the size of the trace, answered or not.
 *
 * **What the loop keeps.** A candidate that does not apply throughout is not run; none is run twice; one is taken
 * only if it fails as the same bug (sameBug.ts). Since the order has no infinite descent (each component is a
 * whole number that is bounded below), the loop ends.
 */
import { bornBy, hasPointers, refersTo, type Command, type Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';

/**
 * What a reader must know to follow a command: one flow of the allocator is simpler than an op that may go through
 * several. No two are equal, so that they also order commands.
 */
export const COMPLEXITY: Readonly<Record<Op, number>> = {
  uncacheSpan: 1,
  cacheSpan: 2,
  smallAlloc: 3,
  free: 4,
  sweepSpan: 5,
  readMemStats: 6,
  gcStart: 7,
  tinyAlloc: 8,
  largeAlloc: 9,
  setProcs: 10,
  allocStack: 11,
  freeStack: 12,
  freegc: 13,
};

/** Below 0 if `left` is smaller than `right`, 0 if they are the same trace. */
export function compare(left: Trace, right: Trace): number {
  return compareSums(left, right) || compareCommands(left, right) || compareNames(left, right);
}

export function isSmaller(left: Trace, right: Trace): boolean {
  return compare(left, right) < 0;
}

function compareSums(left: Trace, right: Trace): number {
  const lengths = left.commands.length - right.commands.length;
  if (lengths !== 0) return lengths;
  const a = sums(left);
  const b = sums(right);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return left.shape.procs - right.shape.procs;
}

/** Points 2 to 4 of the order. */
function sums({ shape, commands }: Trace): readonly number[] {
  let complexity = 0;
  let procs = shape.procs;
  let counts = 0;
  let classes = 0;
  let sizes = 0;
  let ps = 0;
  let pointers = 0;
  for (const command of commands) {
    complexity += COMPLEXITY[command.op];
    if ('procs' in command) procs += command.procs;
    if ('count' in command) counts += command.count;
    if ('class' in command) classes += command.class;
    if ('size' in command) sizes += command.size;
    if ('pages' in command) sizes += command.pages;
    if ('p' in command) ps += command.p;
    if (hasPointers(command)) pointers++;
  }
  return [shape.readsEachStep === true ? 1 : 0, procs, complexity, pointers, counts, classes, sizes, ps];
}

function compareCommands(left: Trace, right: Trace): number {
  for (const [i, command] of left.commands.entries()) {
    const difference = compareArguments(command, right.commands[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareArguments(left: Command, right: Command): number {
  if (left === right) return 0;
  if (left.op !== right.op) return COMPLEXITY[left.op] - COMPLEXITY[right.op];
  for (const field of FIELDS) {
    const difference = argumentOf(left, field) - argumentOf(right, field);
    if (difference !== 0) return difference;
  }
  return Number(hasPointers(left)) - Number(hasPointers(right));
}

/** Numbers that are not names. */
export const FIELDS = ['p', 'class', 'count', 'size', 'pages', 'procs'] as const;

export type Field = (typeof FIELDS)[number];

/** An argument of a command, 0 if it has none of that name. */
export function argumentOf(command: Command, field: Field): number {
  return (command as { readonly [F in Field]?: number } & Command)[field] ?? 0;
}

function compareNames(left: Trace, right: Trace): number {
  for (const [i, command] of left.commands.entries()) {
    const other = right.commands[i];
    const difference = bornBy(command) - bornBy(other) || refersTo(command) - refersTo(other);
    if (difference !== 0) return difference;
  }
  return 0;
}
