/** The sentence that a certificate comes down to. */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { FailingTrace } from '../../properties/failure';
import { formatNumber, pluralize } from '../../properties/formatNumber';
import type { Command } from '../../properties/trace/command';
import type { LocalSearchResult } from './localSearch';

export interface ExhaustiveOutcome {
  readonly smaller: FailingTrace | undefined;
  readonly doneCommands: number;
  readonly tries: number;
  readonly alphabet: readonly Command[];
  readonly highestProcs: number;
}

/** Returns what an exhaustive search has shown, and over which alphabet. */
export function exhaustiveStatement({ trace }: FailingTrace, outcome: ExhaustiveOutcome): string {
  const { smaller, doneCommands, tries, alphabet, highestProcs } = outcome;
  if (smaller !== undefined) return shorterStatement(smaller);
  const procs = highestProcs === 1 ? 'on 1 P' : `on 1 to ${highestProcs} Ps`;
  const tried = `tried ${pluralize(tries, 'trace')}: ${alphabetText(alphabet)}; ${procs}`;
  const { length } = trace.commands;
  if (doneCommands === length - 1) return `no failing trace of fewer commands exists (${tried})`;
  return `no failing trace of up to ${doneCommands} of ${length} commands exists (${tried}), but time ran out before longer ones were tried`;
}

/** Returns what a local search has shown. */
export function localStatement({ trace }: FailingTrace, result: LocalSearchResult): string {
  const { smaller, subsequences, lowerings, isComplete, isCutShort, isSampled } = result;
  if (smaller !== undefined) {
    return smaller.trace.commands.length < trace.commands.length
      ? shorterStatement(smaller)
      : 'a failing trace with one argument lower exists; spancheck shrink finds it';
  }
  const count = subsequences + lowerings;
  if (isComplete && count === 0)
    return 'no smaller trace is left to try: no command can go, and no argument can be lower';
  const kinds = `${pluralize(subsequences, 'trace')} with commands left out and ${lowerings} with one argument lowered`;
  if (isCutShort) return `time ran out after ${kinds}; none of them fails the same way`;
  const sampled = isSampled
    ? '; where an argument has many lower values, only the least, the boundary values and the halves were tried'
    : '';
  const rest = isComplete ? '' : '; no trace with more than two commands left out was tried';
  return `${count === 1 ? 'one smaller trace was tried' : `${formatNumber(count)} smaller traces were tried`} (${kinds}), and none fails the same way${rest}${sampled}`;
}

function shorterStatement({ trace }: FailingTrace): string {
  return `a failing trace of ${pluralize(trace.commands.length, 'command')} exists; spancheck shrink finds it`;
}

/** The alphabet in words: ops, size classes, counts, sizes. */
function alphabetText(commands: readonly Command[]): string {
  const ops = new Set(commands.map(({ op }) => op));
  const classes = valuesOf(commands.flatMap((command) => ('class' in command ? [command.class] : [])));
  const counts = valuesOf(commands.flatMap((command) => ('count' in command ? [command.count] : [])));
  const sizes = valuesOf(commands.flatMap((command) => ('size' in command ? [command.size] : []))).map(formatNumber);
  const parts = [`${ops.size} ops`];
  if (classes.length === NUM_SIZE_CLASSES - 1) parts.push('all size classes');
  else if (classes.length > 0) parts.push(`size classes ${classes.join(', ')}`);
  if (counts.length > 0) parts.push(`counts ${counts.join(', ')}`);
  if (sizes.length > 0) parts.push(`sizes ${sizes.join('; ')} bytes`);
  return parts.join('; ');
}

function valuesOf(values: readonly number[]): readonly number[] {
  return [...new Set(values)].toSorted((left, right) => left - right);
}
