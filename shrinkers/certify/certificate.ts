/**
 * A certificate: what is known about traces smaller than the one that shrinking ended with. On a system in this process
 * that shows its heap, every shorter trace over a stated alphabet is tried. On any other, running a trace is slow, so
 * only the trace's neighbors are tried: every subsequence and every single lowering.
 */
import type { Check } from '../../properties/checks/checks';
import type { FailingTrace } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Command } from '../../properties/trace/command';
import type { Shape } from '../../properties/trace/trace';
import { alphabet, highestProcs } from '../alphabet';
import { isSameBug } from '../sameBug';
import { asyncTrial, syncTrial, type Trial } from '../trial';
import { exhaustiveStatement, localStatement } from './certificateText';
import { searchExhaustively, type Alphabet } from './exhaustiveSearch';
import { searchLocally } from './localSearch';
import { probeOf, type Probe } from './probe';

export interface Certificate {
  readonly method: 'exhaustive' | 'local';
  /** Every trace of up to this many commands was tried; 0 for a local search. */
  readonly doneCommands: number;
  /** True if the search ran to its end and found nothing. */
  readonly isComplete: boolean;
  readonly tries: number;
  /** A smaller trace that fails as the same bug: shrink on from here. */
  readonly smaller: FailingTrace | undefined;
  /** Other bugs that the search ran into. */
  readonly others: readonly FailingTrace[];
  /** One sentence on what was tried. */
  readonly statement: string;
}

export interface CertifyOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** Runs one trace, where the system does not show its heap. */
  readonly trial: Trial;
  readonly isOver?: () => boolean;
  readonly onProgress?: (progress: { commands: number; tries: number }) => void;
}

/** Searches for a smaller trace that fails as the same bug, and says how far it got. */
export async function certify(known: FailingTrace, options: CertifyOptions): Promise<Certificate> {
  const probe = probeOf(options.system, options.checks);
  return probe === undefined ? certifyLocally(known, options) : certifyExhaustively(known, options, probe);
}

async function certifyExhaustively(
  known: FailingTrace,
  { system, isOver, onProgress }: CertifyOptions,
  probe: Probe,
): Promise<Certificate> {
  const { length } = known.trace.commands;
  const { highest, alphabet: commandsAt } = boundsOf(known, system);
  const { found, doneCommands, tries, others } = await searchExhaustively(probe, {
    shapes: shapesOf(known, highest),
    alphabet: commandsAt,
    maxCommands: length - 1,
    isWanted: (failing) => isSameBug(known, failing),
    isOver,
    onTries: (count, commands) => onProgress?.({ commands, tries: count }),
  });
  return {
    method: 'exhaustive',
    doneCommands,
    isComplete: found === undefined && doneCommands === length - 1,
    tries,
    smaller: found,
    others: [...others.values()],
    statement: exhaustiveStatement(known, {
      smaller: found,
      doneCommands,
      tries,
      alphabet: commandsAt(highest, [1], 2),
      highestProcs: highest,
    }),
  };
}

/** A trace that is read at each step may also fail, and is then simpler, where it is not. */
function shapesOf({ trace }: FailingTrace, highest: number): readonly Shape[] {
  const plain = Array.from({ length: highest }, (_, i): Shape => ({ procs: i + 1 }));
  if (trace.shape.readsEachStep !== true) return plain;
  return [...plain, ...plain.map(({ procs }): Shape => ({ procs, readsEachStep: true }))];
}

/** Bounds the search: the trace's own arguments, the least ones and the edges, on 1 P up to the trace's own number, or 2. */
function boundsOf({ trace }: FailingTrace, system: System): { readonly highest: number; readonly alphabet: Alphabet } {
  const highest = Math.min(system.maxProcs, Math.max(2, highestProcs(trace)));
  const unnamed = trace.commands.filter((command) => !('object' in command) && !('stack' in command));
  const commandsAt: Alphabet = (procs, names, name) => {
    const shape = { ...trace.shape, procs: Math.min(procs, highest) };
    return alphabet({ shape, commands: unnamed }, system.ops, name, names).filter((command) => isOnAP(command, procs));
  };
  return { highest, alphabet: commandsAt };
}

/** The alphabet also has the Ps that a setProcs of the trace adds. */
function isOnAP(command: Command, procs: number): boolean {
  return !('p' in command) || command.p < procs;
}

async function certifyLocally(
  known: FailingTrace,
  { system, trial, isOver, onProgress }: CertifyOptions,
): Promise<Certificate> {
  const { length } = known.trace.commands;
  let tries = 0;
  const count = (): void => {
    tries++;
    onProgress?.({ commands: length, tries });
  };
  const counted = trial.isAsync
    ? asyncTrial((trace) => (count(), trial.run(trace)))
    : syncTrial((trace) => (count(), trial.run(trace)));
  const result = await searchLocally(known, { trial: counted, system, isOver });
  const { smaller, isComplete } = result;
  return {
    method: 'local',
    doneCommands: 0,
    isComplete,
    tries,
    smaller,
    others: [],
    statement: localStatement(known, result),
  };
}
