/** The nearest passing trace: one that differs from the failing trace in a single thing, and holds. */
import { MAX_SMALL_SIZE_BYTES, NUM_SIZE_CLASSES, class_to_nelems } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import { formatNumber } from '../../properties/formatNumber';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, type Field } from '../order';
import { isPerformable, type Abilities } from '../performable';
import type { Trial } from '../trial';
import type { Budget } from './budget';

export interface PassingTrace {
  readonly trace: Trace;
  /** The one difference, in words. */
  readonly difference: string;
}

/** The means to run the neighbors of a trace. */
export interface NeighborOptions {
  readonly trial: Trial;
  readonly system: Abilities;
  readonly budget: Budget;
}

/** Runs the neighbors of a failing trace that the system can perform, and returns the first that holds. */
export async function nearestPassing(
  trace: Trace,
  { trial, system, budget }: NeighborOptions,
): Promise<PassingTrace | undefined> {
  for (const neighbor of neighbors(trace)) {
    if (!isApplicable(neighbor.trace) || !isPerformable(system, neighbor.trace)) continue;
    if (await budget.isSpent()) return undefined;
    if ((await trial.run(neighbor.trace)) === undefined) return neighbor;
  }
  return undefined;
}

/** Yields traces with one argument changed, the last command's first; then with two neighbors swapped; then with one more P. */
function* neighbors(trace: Trace): Generator<PassingTrace> {
  const { shape, commands } = trace;
  for (const [i, command] of [...commands.entries()].toReversed()) {
    for (const field of FIELDS) {
      if (!(field in command)) continue;
      const value = argumentOf(command, field);
      for (const other of otherValues(command, field)) {
        if (other === value) continue;
        yield {
          trace: withCommand(trace, i, { ...command, [field]: other }),
          difference: `${WORDS[field]} ${formatNumber(other)} instead of ${formatNumber(value)} in command ${i + 1}`,
        };
      }
    }
  }
  for (let i = commands.length - 1; i > 0; i--) {
    const swapped = withCommand(withCommand(trace, i, at(commands, i - 1)), i - 1, at(commands, i));
    yield { trace: swapped, difference: `commands ${i} and ${i + 1} swapped` };
  }
  const { procs } = shape;
  yield {
    trace: { shape: { ...shape, procs: procs + 1 }, commands },
    difference: `${procs + 1} Ps instead of ${procs}`,
  };
}

const WORDS: Readonly<Record<Field, string>> = {
  p: 'P',
  class: 'class',
  count: 'count',
  size: 'size',
  pages: 'pages',
  procs: 'procs',
};

/** Other classes to try: a few short and a few long ones. */
const DISTANT_CLASSES = [2, 5, 60, 61, 66];

/** The nearest first. */
function otherValues(command: Command, field: Field): readonly number[] {
  const value = argumentOf(command, field);
  const near = [value - 1, value + 1].filter((other) => other >= (field === 'p' ? 0 : 1));
  if (field === 'count' && command.op === 'smallAlloc') {
    const nelems = at(class_to_nelems, command.class);
    return [...near, nelems - 1, nelems, nelems + 1].filter((other) => other >= 1);
  }
  if (field === 'class') return [...near, ...DISTANT_CLASSES].filter((other) => other < NUM_SIZE_CLASSES);
  if (field === 'size')
    return command.op === 'largeAlloc'
      ? near.filter((other) => other > MAX_SMALL_SIZE_BYTES)
      : [...near, 8, 15, 0].filter((other) => other < 16);
  return near;
}
