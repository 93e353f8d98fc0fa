/**
 * Local search: the traces next to a failing one, for systems on which a trace takes long to run. It tries every
 * subsequence and every single lowering: one argument lower, one P less, one object without pointers, or no read at each
 * step, and all else as it was. An argument with many lower values is sampled: the least ones, the boundary values, the one
 * just below and the halves between.
 */
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import type { FailingTrace } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { boundaryArguments, leastArgument } from '../argumentBounds';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, isSmaller, type Field } from '../order';
import { isPerformable, type Abilities } from '../performable';
import { isSameBug } from '../sameBug';
import type { Trial } from '../trial';

/** The longest trace of which every subsequence is tried. A longer one loses at most two commands. */
const MAX_COMMANDS = 10;

/** An argument with no more lower values than this is not sampled: all of them are tried. */
const ALL_VALUES = 32;

export interface LocalSearchOptions {
  readonly trial: Trial;
  /** The system's ops and Ps; nothing else is tried. */
  readonly system: Abilities;
  readonly isOver?: (() => boolean) | undefined;
}

export interface LocalSearchResult {
  readonly smaller: FailingTrace | undefined;
  /** Subsequences and lowerings that were tried. */
  readonly subsequences: number;
  readonly lowerings: number;
  /** True if every subsequence was tried and every lowering but the values that sampling leaves out. */
  readonly isComplete: boolean;
  /** True if the time was up first. */
  readonly isCutShort: boolean;
  /** True if some argument has more lower values than were tried. */
  readonly isSampled: boolean;
}

/** Runs the neighbors of a failing trace until one of them fails as the same bug. */
export async function searchLocally(
  known: FailingTrace,
  { trial, system, isOver = () => false }: LocalSearchOptions,
): Promise<LocalSearchResult> {
  const tried = { subsequences: 0, lowerings: 0, isSampled: isSampled(known.trace) };
  for (const [kind, candidates] of [
    ['subsequences', subsequences(known.trace)],
    ['lowerings', lowerings(known.trace)],
  ] as const) {
    for (const trace of candidates) {
      if (!isApplicable(trace) || !isPerformable(system, trace)) continue;
      if (isOver()) return { smaller: undefined, ...tried, isComplete: false, isCutShort: true };
      tried[kind]++;
      const failure = trial.isAsync ? await trial.run(trace) : trial.run(trace);
      if (failure !== undefined && isSameBug(known, { trace, failure }))
        return { smaller: { trace, failure }, ...tried, isComplete: false, isCutShort: false };
    }
  }
  const isComplete = known.trace.commands.length <= MAX_COMMANDS;
  return { smaller: undefined, ...tried, isComplete, isCutShort: false };
}

/** All proper subsequences, the longest first. */
function* subsequences({ shape, commands }: Trace): Generator<Trace> {
  const most = commands.length <= MAX_COMMANDS ? commands.length - 1 : 2;
  for (let removed = 1; removed <= most; removed++) {
    for (const indices of combinations(commands.length, removed, 0)) {
      yield { shape, commands: commands.filter((_, i) => !indices.includes(i)) };
    }
  }
}

/** All ways to choose `k` of the numbers from `from` up to, but not including, `n`. */
function* combinations(n: number, k: number, from: number): Generator<readonly number[]> {
  if (k === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) yield [i, ...rest];
}

function* lowerings(trace: Trace): Generator<Trace> {
  const { shape, commands } = trace;
  if (shape.readsEachStep === true) yield { shape: { procs: shape.procs }, commands };
  for (const procs of lowerValues(1, shape.procs, [])) yield { shape: { ...shape, procs }, commands };
  for (const [i, command] of commands.entries()) {
    for (const lower of lowerCommands(command)) {
      const lowered = withCommand(trace, i, lower);
      if (isSmaller(lowered, trace)) yield lowered;
    }
  }
}

function* lowerCommands(command: Command): Generator<Command> {
  for (const field of FIELDS) {
    if (!(field in command)) continue;
    for (const value of lowerValues(leastArgument(command, field), argumentOf(command, field), edgesOf(command, field)))
      yield { ...command, [field]: value };
  }
  if (command.op === 'smallAlloc' && command.pointers === true) {
    const { pointers: _, ...plain } = command;
    yield plain;
  }
}

/** Values from `least` to below `value`, ascending. */
function lowerValues(least: number, value: number, edges: readonly number[]): readonly number[] {
  if (value - least <= ALL_VALUES) return Array.from({ length: Math.max(0, value - least) }, (_, i) => least + i);
  const values = new Set([least, least + 1, value - 1, ...edges]);
  for (let middle = value; middle > least; middle = Math.floor((least + middle) / 2)) values.add(middle);
  return [...values].filter((lower) => lower >= least && lower < value).toSorted((left, right) => left - right);
}

function isSampled({ shape, commands }: Trace): boolean {
  return (
    shape.procs - 1 > ALL_VALUES ||
    commands.some((command) =>
      FIELDS.some(
        (field) => field in command && argumentOf(command, field) - leastArgument(command, field) > ALL_VALUES,
      ),
    )
  );
}

/** The boundary values, and for a large object the size that takes one page less. */
function edgesOf(command: Command, field: Field): readonly number[] {
  const boundaries = boundaryArguments(command, field);
  return command.op === 'largeAlloc' && field === 'size' ? [...boundaries, command.size - PAGE_SIZE_BYTES] : boundaries;
}
