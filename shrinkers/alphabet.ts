/**
 * The commands that are tried in the place of others: every op, with the arguments that the trace has, the least
 * ones and the edges.
 */
import { PAGE_SIZE_BYTES, TINY_SIZE_CLASS, class_to_allocnpages, class_to_nelems } from '../model/sizeclasses';
import { bornBy, type Command, type Op, MAX_NAME } from '../properties/trace/command';
import { CLASS_WITHOUT_TAIL, BOUNDARY_LARGE_BYTES } from '../properties/draw/boundaryValues';
import type { Trace } from '../properties/trace/trace';
import { COMPLEXITY, argumentOf, type Field } from './order';

/**
 * @param name what a birth is named.
 * @param names what frees and sweeps may refer to.
 * @returns each command once, the simplest first.
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

export function namesBornIn({ commands }: Trace): readonly number[] {
  return commands.map(bornBy).filter((name) => name !== 0);
}

/** A name that nothing in the trace has. */
export function freshName({ commands }: Trace): number {
  return Math.min(MAX_NAME, 1 + commands.reduce((highest, command) => Math.max(highest, bornBy(command)), 0));
}

/** As many Ps as there are at any time. */
export function highestProcs({ shape, commands }: Trace): number {
  return commands.reduce((highest, command) => Math.max(highest, argumentOf(command, 'procs')), shape.procs);
}

/** What the commands of a trace have for an argument, and what else may be of use. */
function valuesIn({ commands }: Trace, field: Field, others: readonly number[]): readonly number[] {
  const values = commands.flatMap((command) => (field in command ? [argumentOf(command, field)] : []));
  return ascending([...values, ...others]);
}

/** The first class, the first with a tail and the first with one slot, the tiny one if it is about that, and those as long as a large object. */
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

/** A span of more slots is not filled, unless the trace does: that is a thousand times the cost of one object. */
const FEW_SLOTS = 64;

/** The first class whose slots do not fill its span. */
const TAIL_CLASS = CLASS_WITHOUT_TAIL.indexOf(false, 1);

const ONE_SLOT_CLASS = class_to_nelems.indexOf(1, 1);

function countsOf({ commands }: Trace, sizeclass: number): readonly number[] {
  const counts = commands.flatMap((command) =>
    command.op === 'smallAlloc' && command.class === sizeclass ? [command.count] : [],
  );
  const nelems = class_to_nelems[sizeclass];
  return ascending([1, 2, nelems <= FEW_SLOTS ? nelems : 1, ...counts]);
}

function tinySizes({ commands }: Trace): readonly number[] {
  const sizes = commands.flatMap((command) => (command.op === 'tinyAlloc' ? [command.size] : []));
  return ascending(sizes.length === 0 ? [1] : [...sizes, ...TINY_SIZES]);
}

/** The least that is aligned to 1, 2 and 8, and the largest. */
const TINY_SIZES = [1, 2, 8, 15];

/** The least, the trace's own, and 128 pages, which fill what the arena grows by. */
function largeSizes({ commands }: Trace): readonly number[] {
  return ascending([
    BOUNDARY_LARGE_BYTES[0],
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
