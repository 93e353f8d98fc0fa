/** The suite: draws traces and judges each on a system, until one fails, all are done or the caller ends the run. */
import * as fc from 'fast-check';
import { missingFor, type Check } from './checks/checks';
import { evaluationOf, type Evaluation } from './evaluation';
import type { FailingTrace, Failure } from './failure';
import { BadInputError } from './input/badInput';
import { judgeOf, type AsyncJudge, type SyncJudge, type Verdict } from './judge';
import { Coverage } from './coverage';
import type { SeenFields } from './publishedFields';
import type { System } from './system';
import type { Trace } from './trace/trace';
import { drawOptions } from './draw/drawOptions';
import { TraceArbitrary } from './draw/traceArbitrary';

export interface SuiteOptions {
  readonly system: System;
  /** The checks to evaluate. Those that cannot run on the system are listed in the result. */
  readonly checks: readonly Check[];
  /** Decides every trace. A 32-bit integer. */
  readonly seed: number;
  /** The most traces to run, 1 or more. */
  readonly traces: number;
  /** The length of the longest trace. */
  readonly maxCommands: number;
  /** Traces to run before those that are drawn. */
  readonly examples?: readonly Trace[];
  /** Called after each trace; returns true when time is up. */
  readonly isOver?: () => boolean;
  /** Reports whether a failure is known and does not end the run. */
  readonly isKnown?: (failure: Failure) => boolean;
  /** Called after each trace. The suite waits for the promise, so that a caller can yield the thread. */
  readonly onTrace?: (progress: SuiteProgress) => void | Promise<void>;
}

/** The traces and steps that a run has judged. */
export interface SuiteProgress {
  readonly traces: number;
  readonly steps: number;
}

export interface SuiteResult extends SuiteProgress {
  readonly found: FailingTrace | undefined;
  /** The trace that ran before the failing one, if any: the failure may stem from what that left behind. */
  readonly before: Trace | undefined;
  readonly coverage: Coverage;
  /** The account of what the run evaluated; `outcomeOf` judges a result by it. */
  readonly evaluation: Evaluation;
}

/**
 * Draws traces and judges each until one fails, all are done, or `isOver` returns true.
 *
 * Rejects with a `BadInputError` if none of the checks can run on the system, and with whatever the system or a check
 * threw: a suite that cannot judge has no result.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { system, checks, seed, traces, maxCommands, examples = [] } = options;
  refuseEmptyRun(options);
  const coverage = new Coverage(system.ops);
  const arbitrary = new TraceArbitrary(drawOptions(system, maxCommands), () => []);
  const run = new SuiteRun(options, coverage);
  const property = fc.asyncProperty(arbitrary, (trace) => run.take(trace));
  const details = await fc.check(property, {
    seed,
    numRuns: examples.length + traces,
    examples: examples.map((trace): [Trace] => [trace]),
    endOnFailure: true,
  });
  // `take` keeps what a trace throws; any other error is fast-check's own.
  if (details.errorInstance !== null && !run.hasEnded) throw details.errorInstance;
  const { found, before, steps, traces: judged, fields } = await run.finish();
  const evaluation = evaluationOf(checks, system, fields, { steps, ops: coverage.ops() });
  return { traces: judged, steps, found, before, coverage, evaluation };
}

function refuseEmptyRun({ system, checks, traces }: SuiteOptions): void {
  if (!Number.isInteger(traces) || traces < 1) throw new BadInputError(`traces: ${traces} is not 1 or more`);
  const missing = checks.map((check) => ({ name: check.name, parts: missingFor(check, system) }));
  if (missing.some(({ parts }) => parts.length === 0)) return;
  const needs = missing.map(({ name, parts }) => `${name} needs ${parts.join(' and ')}`).join('; ');
  throw new BadInputError(
    checks.length === 0
      ? 'checks: none is chosen, so nothing would be checked'
      : `checks: none of them can run on ${system.name}, which does not show what they need: ${needs}`,
  );
}

/** One run of the suite. Where the system allows it, the next trace is sent while the one before is still observed. */
class SuiteRun {
  steps = 0;
  traces = 0;
  found: FailingTrace | undefined;
  before: Trace | undefined;
  hasEnded = false;
  private readonly runsAhead: boolean;
  /** Two of them, since two traces may be under way. */
  private readonly judges: readonly [Runner, Runner];
  private started = 0;
  private ahead: Running | undefined;
  private thrown: { readonly error: unknown } | undefined;

  constructor(
    private readonly options: SuiteOptions,
    coverage: Coverage,
  ) {
    const { system, checks } = options;
    this.runsAhead = system.isAsync && system.runsAhead === true;
    this.judges = [judgeOf(system, { checks, coverage }), judgeOf(system, { checks, coverage })];
  }

  /** The fields that the system publishes; undefined if no step was observed. */
  get fields(): SeenFields | undefined {
    const [first, second] = this.judges;
    return first.fields ?? second.fields;
  }

  /** Runs a trace. Returns false to end the run: at a failure, at an error, or when time is up. */
  async take(trace: Trace): Promise<boolean> {
    try {
      const running = this.start(trace);
      const due = this.runsAhead ? this.ahead : running;
      this.ahead = this.runsAhead ? running : undefined;
      if (due !== undefined) await this.settle(due);
      this.hasEnded = this.found !== undefined || this.isOver();
    } catch (error) {
      this.thrown = { error };
      this.hasEnded = true;
    }
    return !this.hasEnded;
  }

  /** Waits for the trace that was sent ahead; rejects with what a trace threw. */
  async finish(): Promise<this> {
    if (this.thrown !== undefined) throw this.thrown.error;
    if (this.ahead !== undefined) await this.settle(this.ahead);
    return this;
  }

  private start(trace: Trace): Running {
    const judge = this.judges[this.started++ % 2 === 0 ? 0 : 1];
    const running = { trace, verdict: Promise.resolve(judge.run(trace)) };
    // A trace that is sent ahead may be refused before anybody waits for it; `settle` reports that.
    running.verdict.catch(() => undefined);
    return running;
  }

  private async settle({ trace, verdict: promise }: Running): Promise<void> {
    const { system, isKnown, onTrace } = this.options;
    const verdict = await promise;
    if (this.found !== undefined) return;
    this.traces++;
    this.steps += verdict.steps;
    if (verdict.outcome === 'failed' && isKnown?.(verdict.failure) !== true) {
      this.found = { trace, failure: verdict.failure };
    } else {
      this.before = trace;
    }
    // A system that is closed when time is up may end its last trace early; at any other time that is a broken system.
    if (verdict.outcome === 'unchecked' && trace.commands.length > 0 && !this.isOver()) {
      throw new Error(
        `${system.name}: ${verdict.why}, after ${verdict.steps} of ${trace.commands.length} commands, without an error`,
      );
    }
    await onTrace?.({ traces: this.traces, steps: this.steps });
  }

  private isOver(): boolean {
    return this.options.isOver?.() ?? false;
  }
}

type Runner = SyncJudge | AsyncJudge;

interface Running {
  readonly trace: Trace;
  readonly verdict: Promise<Verdict>;
}
