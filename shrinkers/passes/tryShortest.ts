/**
 * Tries every trace of one and of two commands, and over a small alphabet every one of three: a bug that is that
 * near is found whatever trace led there, and of two ways to show it the smaller one.
 */
import { PAGE_SIZE_BYTES, class_to_nelems } from '../../model/sizeclasses';
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import { BOUNDARY_LARGE_BYTES } from '../../properties/draw/boundaryValues';
import type { Trace } from '../../properties/trace/trace';
import { alphabet } from '../alphabet';
import { applicableAfter } from '../applicable';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** Commands of the traces that are tried over the whole alphabet. */
const WIDE_COMMANDS = 2;

/** A trace of so many classes that its alphabet is larger is tried over it in ones; when it has fewer, in twos. */
const WIDE_ALPHABET = 100;

/** Commands of those that are tried over the small one, on 1 P. */
const NARROW_COMMANDS = 3;

export function* tryShortest(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  const { length } = trace.commands;
  const wide = { shape: { procs: Math.min(2, trace.shape.procs) }, commands: [...trace.commands, ...EDGES] };
  const next = byBirths((names) => alphabet(wide, ops, names.length + 1, names));
  const widest = Math.min(next(0).length > WIDE_ALPHABET ? 1 : WIDE_COMMANDS, length);
  for (let commands = 1; commands <= widest; commands++) {
    for (let procs = 1; procs <= wide.shape.procs; procs++) {
      if (yield* firstOf(trace, tracesOf(procs, commands, next))) return;
    }
  }
  if (length >= NARROW_COMMANDS)
    yield* firstOf(
      trace,
      tracesOf(
        1,
        NARROW_COMMANDS,
        byBirths((names) => narrow(names).filter(({ op }) => ops.has(op))),
      ),
    );
}

/** Commands that may come after births 1 to n; made once for each n, so that candidates share them. */
type Next = (births: number) => readonly Command[];

function byBirths(make: (names: readonly number[]) => readonly Command[]): Next {
  const made: (readonly Command[])[] = [];
  return (births) => (made[births] ??= make(Array.from({ length: births }, (_, i) => i + 1)));
}

/** Fills a span to its last slot and one more, in the class where that takes the fewest objects that leave a choice. */
const TWO_SLOT_CLASS = class_to_nelems.indexOf(2);

const EDGES: readonly Command[] = [2, 3].map((count) => ({
  op: 'smallAlloc',
  p: 0,
  class: TWO_SLOT_CLASS,
  count,
  name: 1,
}));

/** One command of each op, with the least arguments, and an object that takes all that the arena grows by. */
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
    { op: 'largeAlloc', p: 0, size: BOUNDARY_LARGE_BYTES[0], name },
    { op: 'largeAlloc', p: 0, size: 128 * PAGE_SIZE_BYTES, name },
    { op: 'allocStack', pages: 1, name },
    ...names.map((stack): Command => ({ op: 'freeStack', stack })),
    ...names.map((object): Command => ({ op: 'freegc', p: 0, object })),
  ];
}

/** Proposes those that are smaller; whether one was taken. */
function* firstOf(trace: Trace, candidates: Iterable<Trace>): Generator<Trace, boolean, Trace | undefined> {
  for (const candidate of candidates) {
    if (isSmaller(candidate, trace) && (yield candidate) !== undefined) return true;
  }
  return false;
}

/** Every trace of that many commands that applies, with names in order. */
function* tracesOf(procs: number, length: number, next: Next, begun: readonly Command[] = []): Generator<Trace> {
  const births = begun.filter((command) => bornBy(command) !== 0).length;
  for (const command of applicableAfter({ shape: { procs }, commands: begun }, next(births))) {
    const commands = [...begun, command];
    if (commands.length === length) yield { shape: { procs }, commands };
    else yield* tracesOf(procs, length, next, commands);
  }
}
