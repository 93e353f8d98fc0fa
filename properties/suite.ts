/**
 * The suite: draws traces and judges them on a system, until one fails, the traces are used up or the caller says
 * that it is over.
 */
import * as fc from 'fast-check';
import type { Check } from './checks';
import type { Failure } from './failure';
import { Judge, type Verdict } from './judge';
import { Reach } from './reach';
import type { System } from './system';
import type { Trace } from './trace';
import { TraceArbitrary } from './traceArbitrary';

export interface SuiteOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** Decides every trace. A 32-bit integer. */
  readonly seed: number;
  /** Traces to run at the most. */
  readonly traces: number;
  /** Length of the longest trace. */
  readonly maxCommands: number;
  /** Asked after each trace whether time is up. */
  readonly isOver?: () => boolean;
  /** Failures that are known, and do not end the search. */
  readonly isKnown?: (failure: Failure) => boolean;
  /** Told after each trace; a promise lets others have the thread. */
  readonly onTrace?: (progress: SuiteProgress) => void | Promise<void>;
}

export interface SuiteProgress {
  readonly traces: number;
  readonly steps: number;
}

export interface SuiteResult extends SuiteProgress {
  readonly found: { readonly trace: Trace; readonly failure: Failure } | undefined;
  readonly reach: Reach;
}

export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { system, checks, seed, maxCommands, isOver, isKnown, onTrace } = options;
  const reach = new Reach(system.ops);
  const arbitrary = new TraceArbitrary({ ops: system.ops, maxProcs: system.maxProcs, canReadEachStep: system.canReadEachStep, hasSpanClasses: system.hasSpanClasses, plainPercent: system.plainPercent, maxCommands }, () => []);
  const result: { traces: number; steps: number; found: SuiteResult['found'] } = { traces: 0, steps: 0, found: undefined };
  // While one trace is observed, the next is sent ahead, where the system allows it; each has a judge of its own.
  const judges = [new Judge(system, { checks, reach }), new Judge(system, { checks, reach })];
  let ahead: Running | undefined;
  let started = 0;

  const settle = async ({ trace, verdict }: Running): Promise<void> => {
    const { failure, steps } = verdict instanceof Promise ? await verdict : verdict;
    if (result.found !== undefined) return;
    result.traces++;
    result.steps += steps;
    if (failure !== undefined && isKnown?.(failure) !== true) result.found = { trace, failure };
    await onTrace?.(result);
  };
  /** False ends the run: a failure, or time is up. */
  const goesOn = async (trace: Trace): Promise<boolean> => {
    const running = { trace, verdict: judges[started++ % judges.length].run(trace) };
    const due = system.runsAhead === true ? ahead : running;
    ahead = system.runsAhead === true ? running : undefined;
    if (due !== undefined) await settle(due);
    return result.found === undefined && !(isOver?.() ?? false);
  };
  await fc.check(fc.asyncProperty(arbitrary, goesOn), { seed, numRuns: options.traces, endOnFailure: true });
  if (ahead !== undefined) await settle(ahead);
  return { ...result, reach };
}

interface Running {
  readonly trace: Trace;
  readonly verdict: Verdict | Promise<Verdict>;
}
