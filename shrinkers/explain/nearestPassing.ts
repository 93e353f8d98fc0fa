/** The nearest passing twin: the trace that holds and differs from the failing one in a single thing. */
import { NUM_SIZE_CLASSES, class_to_nelems } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, type Field } from '../order';
import type { Trial } from '../trial';
import { formatNumber } from '../../properties/formatNumber';

export interface PassingTrace {
  readonly trace: Trace;
  /** The one difference, in words. */
  readonly difference: string;
}

export async function nearestPassing(trace: Trace, trial: Trial): Promise<PassingTrace | undefined> {
  for (const twin of twins(trace)) {
    if (isApplicable(twin.trace) && (await trial.run(twin.trace)) === undefined) return twin;
  }
  return undefined;
}

/** One argument another, the last command's first; then two neighbours swapped; then one P more. */
function* twins(trace: Trace): Generator<PassingTrace> {
  for (let i = trace.commands.length - 1; i >= 0; i--) {
    for (const field of FIELDS) {
      if (!(field in trace.commands[i])) continue;
      const value = argumentOf(trace.commands[i], field);
      for (const other of othersOf(trace.commands[i], field)) {
        if (other === value) continue;
        const changed = withCommand(trace, i, { ...trace.commands[i], [field]: other });
        yield {
          trace: changed,
          difference: `${WORDS[field]} ${formatNumber(other)} instead of ${formatNumber(value)} in command ${i + 1}`,
        };
      }
    }
  }
  for (let i = trace.commands.length - 1; i > 0; i--) {
    const swapped = withCommand(withCommand(trace, i, trace.commands[i - 1]), i - 1, trace.commands[i]);
    yield { trace: swapped, difference: `commands ${i} and ${i + 1} the other way round` };
  }
  const { procs } = trace.shape;
  yield {
    trace: { shape: { ...trace.shape, procs: procs + 1 }, commands: trace.commands },
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

/** Other values for an argument, the nearest first. */
function othersOf(command: Command, field: Field): readonly number[] {
  const value = argumentOf(command, field);
  const near = [value - 1, value + 1].filter((other) => other >= (field === 'p' ? 0 : 1));
  if (field === 'count' && command.op === 'smallAlloc') {
    const nelems = class_to_nelems[command.class];
    return [...near, nelems - 1, nelems, nelems + 1].filter((other) => other >= 1);
  }
  if (field === 'class') return [...near, 2, 5, 60, 61, 66].filter((other) => other < NUM_SIZE_CLASSES);
  if (field === 'size')
    return command.op === 'largeAlloc'
      ? near.filter((other) => other > 32768)
      : [...near, 8, 15, 0].filter((other) => other < 16);
  return near;
}
