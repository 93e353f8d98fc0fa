/**
 * Tries every trace of one and two commands over the alphabet, and of three over a small one. A bug that is so near is
 * found whatever trace led to it, and always as the same trace.
 *
 *     P0 smallAlloc class 9 (128 B) × 7 → o1; free o1; P0 gcStart
 *     P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1
 */
import { PAGE_SIZE_BYTES, class_to_nelems } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import { BOUNDARY_LARGE_BYTES } from '../../properties/draw/boundaryValues';
import type { Shape, Trace } from '../../properties/trace/trace';
import { alphabet } from '../alphabet';
import { applicableAfter } from '../applicable';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The length of the longest traces over the whole alphabet. */
const WIDE_COMMANDS = 2;

/** The most commands of an alphabet over which pairs are tried; over a larger one, only single commands are. */
const MAX_PAIR_ALPHABET = 100;

/** The length of the traces over the small alphabet, on 1 P. */
const NARROW_COMMANDS = 3;

export function* tryShortest(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  const { length } = trace.commands;
  const wide = {
    shape: { ...trace.shape, procs: Math.min(2, trace.shape.procs) },
    commands: [...trace.commands, ...EDGES],
  };
  const next = byBirths((names) => alphabet(wide, ops, names.length + 1, names));
  const widest = Math.min(next(0).length > MAX_PAIR_ALPHABET ? 1 : WIDE_COMMANDS, length);
  for (let commands = 1; commands <= widest; commands++) {
    for (let procs = 1; procs <= wide.shape.procs; procs++) {
      if (yield* firstSmaller(trace, tracesOf({ ...trace.shape, procs }, commands, next))) return;
    }
  }
  if (length < NARROW_COMMANDS) return;
  const nextNarrow = byBirths((names) => narrow(names).filter(({ op }) => ops.has(op)));
  yield* firstSmaller(trace, tracesOf({ ...trace.shape, procs: 1 }, NARROW_COMMANDS, nextNarrow));
}

/** The commands that may follow births 1 to n; built once for each n, so that candidates share them. */
type Next = (births: number) => readonly Command[];

function byBirths(make: (names: readonly number[]) => readonly Command[]): Next {
  const made: (readonly Command[])[] = [];
  return (births) => (made[births] ??= make(Array.from({ length: births }, (_, i) => i + 1)));
}

/** The class of two slots to a span. */
const TWO_SLOT_CLASS = class_to_nelems.indexOf(2);

/** Allocations that fill a span, and that need one slot more. */
const EDGES: readonly Command[] = [2, 3].map((count) => ({
  op: 'smallAlloc',
  p: 0,
  class: TWO_SLOT_CLASS,
  count,
  name: 1,
}));

/** Returns one command of each op with the least arguments, and a large object that takes all that the arena grows by. */
function narrow(names: readonly number[]): readonly Command[] {
  const name = names.length + 1;
  return [
    { op: 'uncacheSpan', p: 0, class: 1 },
    { op: 'cacheSpan', p: 0, class: 1 },
    { op: 'smallAlloc', p: 0, class: 1, count: 1, name },
    ...names.map((object): Command => ({ op: 'free', object })),
    ...names.map((object): Command => ({ op: 'sweepSpan', p: 0, object })),
    { op: 'readMemStats' },
    { op: 'gcStart', p: 0 },
    { op: 'tinyAlloc', p: 0, size: 1, name },
    { op: 'largeAlloc', p: 0, size: at(BOUNDARY_LARGE_BYTES, 0), name },
    { op: 'largeAlloc', p: 0, size: 128 * PAGE_SIZE_BYTES, name },
    { op: 'allocStack', pages: 1, name },
    ...names.map((stack): Command => ({ op: 'freeStack', stack })),
    ...names.map((object): Command => ({ op: 'freegc', p: 0, object })),
  ];
}

/** Proposes the candidates that are smaller until one is taken; returns whether one was. */
function* firstSmaller(trace: Trace, candidates: Iterable<Trace>): Generator<Trace, boolean, Trace | undefined> {
  for (const candidate of candidates) {
    if (isSmaller(candidate, trace) && (yield candidate) !== undefined) return true;
  }
  return false;
}

/** Yields every applicable trace of that many commands, with names in order of birth. */
function* tracesOf(shape: Shape, length: number, next: Next, begun: readonly Command[] = []): Generator<Trace> {
  const births = begun.filter((command) => bornBy(command) !== 0).length;
  for (const command of applicableAfter({ shape, commands: begun }, next(births))) {
    const commands = [...begun, command];
    if (commands.length === length) yield { shape, commands };
    else yield* tracesOf(shape, length, next, commands);
  }
}
