/**
 * What can be tried around a trace where a run is dear: every subsequence, and every single lowering, that is one
 * argument lower or one P less and all else as it is. An argument with many lower values takes the least ones, the edges,
 * those just below and the halves between.
 */
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { boundaryArguments, leastArgument } from '../argumentBounds';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, isSmaller, type Field } from '../order';
import { isSameBug } from '../sameBug';
import type { Trial } from '../trial';
import type { FailingTrace } from '../../properties/failure';

/** Commands of the longest trace of which all subsequences are tried; of a longer one, those with up to two less. */
const MAX_COMMANDS = 10;

/** Of an argument with no more lower values than this, all are tried. */
const ALL_VALUES = 32;

export interface LocalSearchResult {
  readonly smaller: FailingTrace | undefined;
  /** Subsequences and lowerings that were tried. */
  readonly subsequences: number;
  readonly lowerings: number;
  /** Whether all of them were. */
  readonly isComplete: boolean;
  /** Whether an argument has more lower values than are tried. */
  readonly isSampled: boolean;
}

export async function searchLocally(
  known: FailingTrace,
  trial: Trial,
  isOver: () => boolean = () => false,
): Promise<LocalSearchResult> {
  const tried = { subsequences: 0, lowerings: 0, isSampled: isSampled(known.trace) };
  for (const [kind, candidates] of [
    ['subsequences', subsequences(known.trace)],
    ['lowerings', lowerings(known.trace)],
  ] as const) {
    for (const trace of candidates) {
      if (!isApplicable(trace)) continue;
      if (isOver()) return { smaller: undefined, ...tried, isComplete: false };
      tried[kind]++;
      const failure = trial.isAsync ? await trial.run(trace) : trial.run(trace);
      if (failure !== undefined && isSameBug(known, { trace, failure }))
        return { smaller: { trace, failure }, ...tried, isComplete: false };
    }
  }
  return { smaller: undefined, ...tried, isComplete: known.trace.commands.length <= MAX_COMMANDS };
}

/** All proper subsequences, the longest first. */
function* subsequences({ shape, commands }: Trace): Generator<Trace> {
  const most = commands.length <= MAX_COMMANDS ? commands.length - 1 : 2;
  for (let gone = 1; gone <= most; gone++) {
    for (const indices of combinations(commands.length, gone, 0)) {
      yield { shape, commands: commands.filter((_, i) => !indices.includes(i)) };
    }
  }
}

/** All ways to choose `k` of the numbers from `from` to before `n`. */
function* combinations(n: number, k: number, from: number): Generator<readonly number[]> {
  if (k === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) yield [i, ...rest];
}

function* lowerings(trace: Trace): Generator<Trace> {
  for (const procs of lowerValues(1, trace.shape.procs, []))
    yield { shape: { ...trace.shape, procs }, commands: trace.commands };
  for (const [i, command] of trace.commands.entries()) {
    for (const field of FIELDS) {
      if (!(field in command)) continue;
      for (const value of lowerValues(
        leastArgument(command, field),
        argumentOf(command, field),
        edgesOf(command, field),
      )) {
        const lowered = withCommand(trace, i, { ...command, [field]: value });
        if (isSmaller(lowered, trace)) yield lowered;
      }
    }
  }
}

/** Values from `least` to below `value`, ascending. */
function lowerValues(least: number, value: number, edges: readonly number[]): readonly number[] {
  if (value - least <= ALL_VALUES) return Array.from({ length: Math.max(0, value - least) }, (_, i) => least + i);
  const values = new Set([least, least + 1, value - 1, ...edges]);
  for (let middle = value; middle > least; middle = Math.floor((least + middle) / 2)) values.add(middle);
  return [...values].filter((lower) => lower >= least && lower < value).toSorted((left, right) => left - right);
}

function isSampled({ commands }: Trace): boolean {
  return commands.some((command) =>
    FIELDS.some((field) => field in command && argumentOf(command, field) - leastArgument(command, field) > ALL_VALUES),
  );
}

/** Returns the boundary values, and for a large object also one page less. */
function edgesOf(command: Command, field: Field): readonly number[] {
  const boundaries = boundaryArguments(command, field);
  return command.op === 'largeAlloc' && field === 'size' ? [...boundaries, command.size - PAGE_SIZE_BYTES] : boundaries;
}
