/**
 * The alphabet of a trace: the commands worth trying in it. It has every op, with the arguments that the trace already
 * uses, the least ones and the boundary values.
 */
import { PAGE_SIZE_BYTES, TINY_SIZE_CLASS, class_to_allocnpages, class_to_nelems } from '../model/sizeclasses';
import { at } from '../properties/at';
import { bornBy, type Command, type Op, MAX_NAME } from '../properties/trace/command';
import { CLASS_WITHOUT_TAIL, BOUNDARY_LARGE_BYTES } from '../properties/draw/boundaryValues';
import type { Trace } from '../properties/trace/trace';
import { COMPLEXITY, argumentOf, type Field } from './order';

/**
 * Returns each command of the alphabet once, the simplest first.
 *
 * @param name the name that births get.
 * @param names the names that frees and sweeps may refer to.
 */
export function alphabet(
  trace: Trace,
  ops: ReadonlySet<Op>,
  name: number,
  names: readonly number[] = namesBornIn(trace),
): readonly Command[] {
  const ps = range(highestProcs(trace));
  const classes = classesOf(trace);
  const commands: Command[] = [
    ...pairs(ps, classes, (p, c): Command => ({ op: 'uncacheSpan', p, class: c })),
    ...pairs(ps, classes, (p, c): Command => ({ op: 'cacheSpan', p, class: c })),
    ...ps.flatMap((p) =>
      classes.flatMap((c) =>
        countsOf(trace, c).map((count): Command => ({ op: 'smallAlloc', p, class: c, count, name })),
      ),
    ),
    ...names.map((object): Command => ({ op: 'free', object })),
    ...pairs(ps, names, (p, object): Command => ({ op: 'sweepSpan', p, object })),
    { op: 'readMemStats' },
    ...ps.map((p): Command => ({ op: 'gcStart', p })),
    ...pairs(ps, tinySizes(trace), (p, size): Command => ({ op: 'tinyAlloc', p, size, name })),
    ...pairs(ps, largeSizes(trace), (p, size): Command => ({ op: 'largeAlloc', p, size, name })),
    ...valuesIn(trace, 'procs', [1, trace.shape.procs]).map((procs): Command => ({ op: 'setProcs', procs })),
    ...valuesIn(trace, 'pages', [1]).map((pages): Command => ({ op: 'allocStack', pages, name })),
    ...names.map((stack): Command => ({ op: 'freeStack', stack })),
    ...pairs(ps, names, (p, object): Command => ({ op: 'freegc', p, object })),
  ];
  return commands.filter(({ op }) => ops.has(op)).toSorted((left, right) => COMPLEXITY[left.op] - COMPLEXITY[right.op]);
}

/** Returns the names that the commands of the trace give, in the order of birth. */
export function namesBornIn({ commands }: Trace): readonly number[] {
  return commands.map(bornBy).filter((name) => name !== 0);
}

/** Returns a name that the trace does not use. */
export function freshName({ commands }: Trace): number {
  return Math.min(MAX_NAME, 1 + commands.reduce((highest, command) => Math.max(highest, bornBy(command)), 0));
}

/** Returns the largest number of Ps at any step of the trace. */
export function highestProcs({ shape, commands }: Trace): number {
  return commands.reduce((highest, command) => Math.max(highest, argumentOf(command, 'procs')), shape.procs);
}

/** Returns the values that the trace has for an argument, and the `others`, in ascending order. */
function valuesIn({ commands }: Trace, field: Field, others: readonly number[]): readonly number[] {
  const values = commands.flatMap((command) => (field in command ? [argumentOf(command, field)] : []));
  return ascending([...values, ...others]);
}

/**
 * Returns the classes of the trace, the first class, the first with a tail and the first with one slot. If the trace
 * has tiny objects, the tiny class; for each large object or stack, the first class whose spans are as long.
 */
function classesOf(trace: Trace): readonly number[] {
  const classes = [1, TAIL_CLASS, ONE_SLOT_CLASS];
  for (const command of trace.commands) {
    if (command.op === 'tinyAlloc') classes.push(TINY_SIZE_CLASS);
    const pages =
      command.op === 'largeAlloc' ? Math.ceil(command.size / PAGE_SIZE_BYTES) : argumentOf(command, 'pages');
    const sizeclass = pages === 0 ? -1 : class_to_allocnpages.indexOf(pages);
    if (sizeclass > 0) classes.push(sizeclass);
  }
  return valuesIn(trace, 'class', classes);
}

/** The most slots of a span that the alphabet fills, unless the trace does: a full span may cost a thousand objects. */
const FEW_SLOTS = 64;

/** The first class whose slots leave a tail of the span unused. */
const TAIL_CLASS = CLASS_WITHOUT_TAIL.indexOf(false, 1);

const ONE_SLOT_CLASS = class_to_nelems.indexOf(1, 1);

function countsOf({ commands }: Trace, sizeclass: number): readonly number[] {
  const counts = commands.flatMap((command) =>
    command.op === 'smallAlloc' && command.class === sizeclass ? [command.count] : [],
  );
  const nelems = at(class_to_nelems, sizeclass);
  return ascending([1, 2, nelems <= FEW_SLOTS ? nelems : 1, ...counts]);
}

function tinySizes({ commands }: Trace): readonly number[] {
  const sizes = commands.flatMap((command) => (command.op === 'tinyAlloc' ? [command.size] : []));
  return ascending(sizes.length === 0 ? [1] : [...sizes, ...TINY_SIZES]);
}

/** The smallest sizes that are aligned to 1, 2 and 8 bytes, and the largest tiny size. */
const TINY_SIZES = [1, 2, 8, 15];

/** Returns the smallest large size, those of the trace, and 128 pages: exactly what the arena grows by. */
function largeSizes({ commands }: Trace): readonly number[] {
  return ascending([
    at(BOUNDARY_LARGE_BYTES, 0),
    128 * PAGE_SIZE_BYTES,
    ...commands.flatMap((command) => (command.op === 'largeAlloc' ? [command.size] : [])),
  ]);
}

function pairs<A, B>(left: readonly A[], right: readonly B[], make: (a: A, b: B) => Command): readonly Command[] {
  return left.flatMap((a) => right.map((b) => make(a, b)));
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}

function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].toSorted((left, right) => left - right);
}
