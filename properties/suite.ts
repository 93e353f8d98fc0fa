/**
 * The suite: draws traces and judges them on a system, until one fails, the traces are used up or the caller says
 * that it is over.
 */
import * as fc from 'fast-check';
import type { Check } from './checks/checks';
import type { Failure } from './failure';
import { judgeOf, type Verdict } from './judge';
import { Coverage } from './coverage';
import type { System } from './system';
import type { Trace } from './trace/trace';
import { drawOptions } from './draw/drawOptions';
import { TraceArbitrary } from './draw/traceArbitrary';

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
  /** The trace that ran before the failing one, if any: the failure may stem from what that left behind. */
  readonly before: Trace | undefined;
  readonly coverage: Coverage;
}

/**
 * Draws traces and judges each until one fails, the traces are used up, or `isOver` says so.
 *
 * Rejects with what the system or a check threw: a suite that cannot judge has no result.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { system, checks, seed, maxCommands, isOver, isKnown, onTrace } = options;
  const coverage = new Coverage(system.ops);
  const arbitrary = new TraceArbitrary(drawOptions(system, maxCommands), () => []);
  const result: { traces: number; steps: number; found: SuiteResult['found'] } = {
    traces: 0,
    steps: 0,
    found: undefined,
  };
  const runsAhead = system.isAsync && system.runsAhead === true;
  // While one trace is observed, the next is already sent, where the system allows it; each has a judge of its own.
  const judges = [judgeOf(system, { checks, coverage }), judgeOf(system, { checks, coverage })] as const;
  let ahead: Running | undefined;
  let started = 0;
  let before: Trace | undefined;
  let thrown: { readonly error: unknown } | undefined;

  const settle = async ({ trace, verdict }: Running): Promise<void> => {
    const { failure, steps } = await verdict;
    if (result.found !== undefined) return;
    result.traces++;
    result.steps += steps;
    if (failure !== undefined && isKnown?.(failure) !== true) result.found = { trace, failure };
    else before = trace;
    await onTrace?.(result);
  };
  const start = (trace: Trace): Running => {
    const verdict = judges[started++ % 2 === 0 ? 0 : 1].run(trace);
    const running = { trace, verdict: Promise.resolve(verdict) };
    // A trace that is sent ahead may be refused before anybody waits for it; `settle` reports that.
    running.verdict.catch(() => undefined);
    return running;
  };
  /** Returns false to end the run: at a failure, an error, or when time is up. */
  const goesOn = async (trace: Trace): Promise<boolean> => {
    try {
      const running = start(trace);
      const due = runsAhead ? ahead : running;
      ahead = runsAhead ? running : undefined;
      if (due !== undefined) await settle(due);
      return result.found === undefined && !(isOver?.() ?? false);
    } catch (error) {
      thrown = { error };
      return false;
    }
  };
  await fc.check(fc.asyncProperty(arbitrary, goesOn), { seed, numRuns: options.traces, endOnFailure: true });
  if (thrown !== undefined) throw thrown.error;
  if (ahead !== undefined) await settle(ahead);
  return { ...result, before, coverage };
}

interface Running {
  readonly trace: Trace;
  readonly verdict: Promise<Verdict>;
}
