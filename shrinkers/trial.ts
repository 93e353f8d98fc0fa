/**
 * A trial: how a shrinker, a certificate or an explanation asks whether a trace fails. A system in this process
 * answers at once, one outside of it later; the type tells them apart, so that a loop over a fast system never waits.
 */
import type { Check } from '../properties/checks/checks';
import type { Failure } from '../properties/failure';
import { AsyncJudge, SyncJudge } from '../properties/judge';
import type { AsyncSystem, SyncSystem, System } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { isPerformable } from './performable';

/** Runs a trace of which every command applies; returns the failure that it ends in, or undefined if it holds. */
export type Trial = SyncTrial | AsyncTrial;

export interface SyncTrial {
  readonly isAsync: false;
  run(trace: Trace): Failure | undefined;
}

export interface AsyncTrial {
  readonly isAsync: true;
  run(trace: Trace): Promise<Failure | undefined>;
}

export function syncTrial(run: SyncTrial['run']): SyncTrial {
  return { isAsync: false, run };
}

export function asyncTrial(run: AsyncTrial['run']): AsyncTrial {
  return { isAsync: true, run };
}

/** A trial that judges traces on a system, with an audit after every step. A trace that the system cannot perform holds. */
export function trialOn(system: SyncSystem, checks: readonly Check[]): SyncTrial;
export function trialOn(system: System, checks: readonly Check[]): Trial;
export function trialOn(system: System, checks: readonly Check[]): Trial {
  return system.isAsync ? laterTrialOn(system, checks) : promptTrialOn(system, checks);
}

function promptTrialOn(system: SyncSystem, checks: readonly Check[]): SyncTrial {
  const judge = new SyncJudge(system, { checks, isThorough: true });
  return syncTrial((trace) => (isWorthRunning(system, trace) ? judge.run(trace).failure : undefined));
}

/** Where an earlier trace may have left something behind, a failure counts only if it recurs in a fresh system. */
function laterTrialOn(system: AsyncSystem, checks: readonly Check[]): AsyncTrial {
  const judge = new AsyncJudge(system, { checks, isThorough: true });
  return asyncTrial(async (trace) => {
    if (!isWorthRunning(system, trace)) return undefined;
    const { isFresh = false } = system;
    const { failure } = await judge.run(trace);
    if (isFresh || failure === undefined || system.refresh === undefined) return failure;
    system.refresh();
    const again = await judge.run(trace);
    // The trace held; what the first run found may still be left behind.
    if (again.failure === undefined) system.refresh();
    return again.failure;
  });
}

/** Reports whether the system can perform the trace; an empty one fails for no reason of its own. */
function isWorthRunning(system: System, trace: Trace): boolean {
  return trace.commands.length > 0 && isPerformable(system, trace);
}
