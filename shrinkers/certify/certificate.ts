/**
 * The certificate: what is known about traces that are shorter than the one that a shrink ended with. Where the
 * system is in this process, all of them are tried, over a stated alphabet; where it is not, every subsequence and
 * every single lowering.
 */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Check } from '../../properties/checks/checks';
import type { System } from '../../properties/system';
import { alphabet, highestProcs } from '../alphabet';
import { probeOf } from './probe';
import { isSameBug } from '../sameBug';
import { searchExhaustively } from './exhaustiveSearch';
import { asyncTrial, syncTrial, type Trial } from '../trial';
import { searchLocally, type LocalSearchResult } from './localSearch';
import { pluralize, formatNumber } from '../../properties/formatNumber';
import type { FailingTrace } from '../../properties/failure';

export interface Certificate {
  readonly method: 'exhaustive' | 'nearby';
  /** Every trace of up to so many commands was tried (`exhaustive`). */
  readonly doneCommands: number;
  /** Whether all that the method asks for was tried and nothing was found. */
  readonly isComplete: boolean;
  readonly tries: number;
  /** Shorter, or with a lower argument, and the same bug: shrink from here. */
  readonly smaller: FailingTrace | undefined;
  /** Other bugs that the search met. */
  readonly others: readonly FailingTrace[];
  /** What was tried, in a sentence. */
  readonly statement: string;
}

export interface CertifyOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** Runs one trace; how a system that is not in this process is asked. */
  readonly trial: Trial;
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: { commands: number; tries: number }) => void;
}

export async function certify(known: FailingTrace, options: CertifyOptions): Promise<Certificate> {
  const probe = probeOf(options.system, options.checks);
  return probe === undefined ? certifyNearby(known, options) : certifyAll(known, options, probe);
}

async function certifyAll(
  known: FailingTrace,
  { system, isOver, onProgress }: CertifyOptions,
  probe: NonNullable<ReturnType<typeof probeOf>>,
): Promise<Certificate> {
  const bounds = boundsOf(known, system);
  const { found, doneCommands, tries, others } = await searchExhaustively(probe, {
    ...bounds,
    maxCommands: known.trace.commands.length - 1,
    isWanted: (failing) => isSameBug(known, failing),
    isOver,
    onTries: (count, commands) => onProgress?.({ commands, tries: count }),
  });
  const isComplete = found === undefined && doneCommands === known.trace.commands.length - 1;
  const statement =
    found === undefined ? allStatement(known, doneCommands, tries, isComplete, bounds) : shorterStatement(found);
  return {
    method: 'exhaustive',
    doneCommands,
    isComplete,
    tries,
    smaller: found,
    others: [...others.values()],
    statement,
  };
}

async function certifyNearby(known: FailingTrace, { trial, isOver, onProgress }: CertifyOptions): Promise<Certificate> {
  const { length } = known.trace.commands;
  let tries = 0;
  const count = (): void => {
    tries++;
    onProgress?.({ commands: length, tries });
  };
  const counted = trial.isAsync
    ? asyncTrial((trace) => (count(), trial.run(trace)))
    : syncTrial((trace) => (count(), trial.run(trace)));
  const found = await searchLocally(known, counted, isOver);
  const { smaller, isComplete } = found;
  return {
    method: 'nearby',
    doneCommands: 0,
    isComplete,
    tries,
    smaller,
    others: [],
    statement: nearbyStatement(known, found),
  };
}

function nearbyStatement(
  { trace: { commands } }: FailingTrace,
  { smaller, subsequences, lowerings, isComplete, isSampled }: LocalSearchResult,
): string {
  if (smaller !== undefined) {
    const shorter = commands.length - smaller.trace.commands.length;
    return shorter > 0
      ? shorterStatement(smaller)
      : 'a failing trace with one argument lower exists, which spancheck shrink finds';
  }
  const tried = `${pluralize(subsequences, 'subsequence')} and ${pluralize(lowerings, 'single lowering')}`;
  if (isComplete && subsequences + lowerings === 0)
    return 'no smaller trace is near: of its commands none can go, and of its arguments none can be lower';
  if (!isComplete) return `none of ${tried} that were tried fails the same way; there are more of them`;
  return `none of ${tried} fails the same way${isSampled ? ' (of wide arguments the least values, the edges and the halves)' : ''}`;
}

interface Bounds {
  readonly procs: readonly number[];
  readonly alphabet: (procs: number, names: readonly number[], name: number) => ReturnType<typeof alphabet>;
}

/** The trace's own arguments, the least ones and the edges; 1 P, 2 Ps, and as many as the trace has. */
function boundsOf({ trace }: FailingTrace, system: System): Bounds {
  const most = Math.min(system.maxProcs, Math.max(2, highestProcs(trace)));
  const unnamed = trace.commands.filter((command) => !('object' in command) && !('stack' in command));
  const arguments_ = (procs: number): FailingTrace['trace'] => ({
    shape: { ...trace.shape, procs },
    commands: unnamed,
  });
  return {
    procs: Array.from({ length: most }, (_, i) => i + 1),
    alphabet: (procs, names, name) =>
      named(alphabet(arguments_(Math.min(procs, most)), system.ops, name, names), procs),
  };
}

/** Commands on Ps that there are. */
function named(commands: ReturnType<typeof alphabet>, procs: number): ReturnType<typeof alphabet> {
  return commands.filter((command) => !('p' in command) || command.p < procs);
}

function allStatement(
  known: FailingTrace,
  doneCommands: number,
  tries: number,
  isComplete: boolean,
  { procs, alphabet: commands }: Bounds,
): string {
  const tried = `${pluralize(tries, 'trace')} tried of ${alphabetText(commands(procs[procs.length - 1], [1], 2))}; on 1 to ${procs.length} Ps`;
  if (isComplete) return `no failing trace of fewer commands exists (${tried})`;
  return `no failing trace of up to ${doneCommands} of ${known.trace.commands.length} commands exists (${tried}); the budget ended there`;
}

function shorterStatement({ trace }: FailingTrace): string {
  return `a failing trace of ${pluralize(trace.commands.length, 'command')} exists, which spancheck shrink finds`;
}

/** The alphabet in words: ops, size classes, counts. */
function alphabetText(commands: ReturnType<typeof alphabet>): string {
  const ops = new Set(commands.map(({ op }) => op));
  const classes = [...new Set(commands.flatMap((command) => ('class' in command ? [command.class] : [])))].toSorted(
    (a, b) => a - b,
  );
  const counts = [...new Set(commands.flatMap((command) => ('count' in command ? [command.count] : [])))].toSorted(
    (a, b) => a - b,
  );
  const sizes = commands.flatMap((command) => ('size' in command ? [command.size] : []));
  const bytes = [...new Set(sizes)].toSorted((a, b) => a - b).map(formatNumber);
  const of = classes.length === NUM_SIZE_CLASSES - 1 ? 'all size classes' : `size classes ${classes.join(', ')}`;
  const sizesText = bytes.length === 0 ? '' : `; sizes of ${bytes.join('; ')} bytes`;
  return `${ops.size} ops; ${of}; counts ${counts.join(', ')}${sizesText}`;
}
