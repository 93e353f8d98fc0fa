/**
 * A trial: a function by which a shrinker, a certificate or an explanation finds out whether a trace fails. A system in
 * this process answers at once and one outside of it later; the type tells them apart, so a loop over a fast system
 * never waits.
 */
import { setImmediate } from 'node:timers/promises';
import type { Check } from '../properties/checks/checks';
import type { Failure } from '../properties/failure';
import { AsyncJudge, SyncJudge } from '../properties/judge';
import type { AsyncSystem, SyncSystem, System } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { isPerformable } from './performable';

/** Runs a trace, every command of which must apply; returns its failure, or undefined if it holds. */
export type Trial = SyncTrial | AsyncTrial;

export interface SyncTrial {
  readonly isAsync: false;
  run(trace: Trace): Failure | undefined;
}

export interface AsyncTrial {
  readonly isAsync: true;
  run(trace: Trace): Promise<Failure | undefined>;
}

/** Makes a trial of a function that answers at once. */
export function syncTrial(run: SyncTrial['run']): SyncTrial {
  return { isAsync: false, run };
}

/** Makes a trial of a function that answers later. */
export function asyncTrial(run: AsyncTrial['run']): AsyncTrial {
  return { isAsync: true, run };
}

/**
 * Returns a trial that judges traces on a system, with an audit after every step. A trace that the system cannot perform
 * holds.
 */
export function trialOn(system: SyncSystem, checks: readonly Check[]): SyncTrial;
export function trialOn(system: System, checks: readonly Check[]): Trial;
export function trialOn(system: System, checks: readonly Check[]): Trial {
  return system.isAsync ? asyncTrialOn(system, checks) : syncTrialOn(system, checks);
}

function syncTrialOn(system: SyncSystem, checks: readonly Check[]): SyncTrial {
  const judge = new SyncJudge(system, { checks, isThorough: true });
  return syncTrial((trace) => (isWorthRunning(system, trace) ? judge.run(trace).failure : undefined));
}

/** If an earlier trace may have left something behind, a failure counts only if it recurs in a fresh system. */
function asyncTrialOn(system: AsyncSystem, checks: readonly Check[]): AsyncTrial {
  const judge = new AsyncJudge(system, { checks, isThorough: true });
  return asyncTrial(async (trace) => {
    if (!isWorthRunning(system, trace)) return undefined;
    const { isFresh = false } = system;
    const { failure } = await judge.run(trace);
    if (isFresh || failure === undefined || system.refresh === undefined) return failure;
    system.refresh();
    const again = await judge.run(trace);
    // The trace holds; what the first run stumbled over may still be there.
    if (again.failure === undefined) system.refresh();
    return again.failure;
  });
}

/** Thrown out of a trial that `signal` aborted before it answered. */
export class TrialAborted extends Error {
  override readonly name = 'TrialAborted';
}

/**
 * Returns a trial that throws `TrialAborted` as soon as `signal` aborts, even while a system that hangs does not answer.
 * The run that was under way goes on unobserved until `endAbortedRun` ends it or the system is closed. A trial that
 * answers at once cannot be interrupted; it is only not started again.
 */
export function abortableTrial(trial: SyncTrial, signal: AbortSignal | undefined): SyncTrial;
export function abortableTrial(trial: Trial, signal: AbortSignal | undefined): Trial;
export function abortableTrial(trial: Trial, signal: AbortSignal | undefined): Trial {
  if (signal === undefined) return trial;
  if (trial.isAsync) return asyncTrial((trace) => untilAborted(trial, trace, signal));
  return syncTrial((trace) => {
    if (signal.aborted) throw new TrialAborted();
    return trial.run(trace);
  });
}

function untilAborted(trial: AsyncTrial, trace: Trace, signal: AbortSignal): Promise<Failure | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new TrialAborted());
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    void trial
      .run(trace)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Ends a run that was aborted and may still be under way, so that the system can be asked again. */
export async function endAbortedRun(system: System): Promise<void> {
  if (!system.isAsync) return;
  system.refresh?.();
  await setImmediate();
}

/** Reports whether the system can perform the trace; an empty one fails for no reason of its own. */
function isWorthRunning(system: System, trace: Trace): boolean {
  return trace.commands.length > 0 && isPerformable(system, trace);
}
