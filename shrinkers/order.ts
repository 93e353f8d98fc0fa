/**
 * The contract of shrinking: which of two traces is smaller, what a pass must keep to, and how to write one.
 *
 * ## The order
 *
 * `compare` is a total order on traces, and "smaller" never means anything else. It compares, in turn:
 *
 * 1. the number of commands;
 * 2. whether every step is observed by a read, then the sum of the numbers of Ps: at the start and in each setProcs.
 *    A reader follows a single P most easily;
 * 3. the sum of complexities (`COMPLEXITY`: how much a reader must know to follow a command), then the number of
 *    commands that allocate objects with pointers;
 * 4. the sums of counts, of size classes, of bytes and pages, and of P numbers;
 * 5. the commands one by one: complexity, then p, class, count, size, pages, procs, pointers;
 * 6. the names one by one, so that the smallest names are 1 to n in the order of birth.
 *
 * ## The contract of a pass
 *
 * A pass is a generator. It yields candidates, and each `yield` returns the trace to go on with if the candidate was
 * taken (possibly cut after the step that fails), or undefined if it was not. `passes/passes.test.ts` holds every
 * pass to these rules:
 *
 * - **It is deterministic.** It depends on the trace and the answers alone: no clock, no random numbers, no state that
 *   survives a call.
 * - **It only goes down.** Every candidate is strictly smaller than the current trace.
 * - **It survives a new target.** After a candidate was taken, the pass continues with the new trace from about the same
 *   place and forgets the old one. The new trace may be shorter than any index that the pass still holds.
 * - **It has no fixed point inside.** It goes over the trace once. `shrink` runs rounds until no pass finds anything.
 * - **It is bounded.** The size of the trace bounds the number of candidates, whatever the answers are.
 *
 * A candidate need not apply: `shrink` skips one that does not, and never runs the same trace twice. It takes a
 * candidate only if it fails as the same bug (sameBug.ts). Each component of the order is a whole number with a lower
 * bound, so there is no infinite descent and the loop ends.
 *
 * ## What makes a good pass
 *
 * - It escapes a local minimum that real failures end in: two commands that only go together, a sum that must stay the
 *   same, an argument that can drop only if another one rises. Start from two different final traces of one bug
 *   (`npm run bench:shrink` prints them) and ask which single change leads from the larger to the smaller.
 * - It makes its boldest candidates first. `deleteChunks` tries halves before single commands, so a long trace loses
 *   most of its commands in a few tries.
 * - It keeps names. A candidate must not give a name another meaning; after deleting a birth, call `settled`, which
 *   also deletes every command that refers to it. Reinterpreting a reference ("the third live object") would turn the
 *   candidate into an unrelated trace.
 * - It shares the commands that it does not change. `shrink` caches by command identity, so copies are slow.
 * - If its candidates grow faster than the trace, it gives up on long traces (`SHORT` in deleteCombinations.ts), and it
 *   stands late in the registry.
 *
 * ## A worked example
 *
 * Some failing traces keep a class of 8 where 5 would do, but only if both allocations change:
 *
 *     P0 smallAlloc class 8 (112 B) → o1; P0 smallAlloc class 8 (112 B) → o2
 *     P0 smallAlloc class 5 (64 B) → o1; P0 smallAlloc class 5 (64 B) → o2
 *
 * `lowerArguments` lowers one argument at a time and is stuck. A pass that lowers all equal classes by one:
 *
 *     export function* lowerClasses(trace: Trace): Candidates {
 *       for (const sizeclass of classesIn(trace)) {
 *         const candidate = mapped(trace, (command) =>
 *           'class' in command && command.class === sizeclass ? { ...command, class: sizeclass - 1 } : command,
 *         );
 *         if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
 *       }
 *     }
 *
 * `isSmaller` keeps it strictly descending, `?? trace` makes it survive a new target, and iterating once over the
 * classes leaves the fixed point to `shrink`. A class of 0 does not apply and is skipped. To finish it: put it in
 * `passes/lowerClasses.ts`, open that file with a purpose and a before → after example, write `lowerClasses.test.ts`
 * beside it and add it to `passes/passes.ts`; the contract test then covers it. `lowerEqual` is this pass in full.
 */
import { at } from '../properties/at';
import { bornBy, hasPointers, refersTo, type Command, type Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';

/**
 * Ranks ops by how much a reader must know to follow them: an op with one path through the allocator is simpler than one
 * with several. No two ranks are equal, so complexity alone orders commands of different ops.
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

/** Returns a number below 0 if `left` is smaller than `right`, and 0 if they are the same trace. */
export function compare(left: Trace, right: Trace): number {
  return compareSums(left, right) || compareCommands(left, right) || compareNames(left, right);
}

/** Reports whether `left` is strictly smaller than `right`. */
export function isSmaller(left: Trace, right: Trace): boolean {
  return compare(left, right) < 0;
}

function compareSums(left: Trace, right: Trace): number {
  const lengths = left.commands.length - right.commands.length;
  if (lengths !== 0) return lengths;
  const a = sums(left);
  const b = sums(right);
  for (let i = 0; i < a.length; i++) {
    const difference = at(a, i) - at(b, i);
    if (difference !== 0) return difference;
  }
  return left.shape.procs - right.shape.procs;
}

/** Returns the sums of points 2 to 4 of the order, the most significant first. */
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
    const difference = compareArguments(command, at(right.commands, i));
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

/** The numeric arguments that are not names. */
export const FIELDS = ['p', 'class', 'count', 'size', 'pages', 'procs'] as const;

/** The name of a numeric argument. */
export type Field = (typeof FIELDS)[number];

/** Returns an argument of a command, or 0 if the command has none of that name. */
export function argumentOf(command: Command, field: Field): number {
  return (command as { readonly [F in Field]?: number } & Command)[field] ?? 0;
}

function compareNames(left: Trace, right: Trace): number {
  for (const [i, command] of left.commands.entries()) {
    const other = at(right.commands, i);
    const difference = bornBy(command) - bornBy(other) || refersTo(command) - refersTo(other);
    if (difference !== 0) return difference;
  }
  return 0;
}
