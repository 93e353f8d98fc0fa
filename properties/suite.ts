/**
 * The suite: draws traces and judges them on a system until one fails, all traces have run, or the caller ends it.
 */
import * as fc from 'fast-check';
import { CHECKS, isVisible, type Check } from './checks/checks';
import { Coverage } from './coverage';
import { drawOptions } from './draw/drawOptions';
import { TraceArbitrary } from './draw/traceArbitrary';
import type { FailingTrace, Failure } from './failure';
import { BadInputError } from './input/badInput';
import { judgeOf, type Verdict } from './judge';
import type { System } from './system';
import type { Trace } from './trace/trace';

export interface SuiteOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** Decides every trace. A 32-bit integer. */
  readonly seed: number;
  /** The most traces to draw. */
  readonly traces: number;
  /** The most commands of a trace. */
  readonly maxCommands: number;
  /** Traces to run before those that are drawn. */
  readonly examples?: readonly Trace[];
  /** Returns whether time is up; called after each trace. */
  readonly isOver?: () => boolean;
  /** Returns whether a failure is known already and does not end the run. */
  readonly isKnown?: (failure: Failure) => boolean;
  /** Called after each trace; a promise lets others have the thread. */
  readonly onTrace?: (progress: SuiteProgress) => void | Promise<void>;
}

/** The traces and steps that a run has judged. */
export interface SuiteProgress {
  readonly traces: number;
  readonly steps: number;
}

export interface SuiteResult extends SuiteProgress {
  readonly found: FailingTrace | undefined;
  /** The trace that ran before the failing one, if any: the failure may stem from state that it left behind. */
  readonly before: Trace | undefined;
  readonly coverage: Coverage;
}

/**
 * Draws traces and judges each until one fails, all have run, or `isOver` says so.
 *
 * Rejects with the error that the system or a check threw, with a `BadInputError` if no check can run on the system, and
 * with an error if the system skips commands: a suite that cannot judge has no result.
 */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const { system, checks, seed, maxCommands, examples = [], isOver } = options;
  assertSomeVisible(checks, system);
  const run = new Run(options);
  const arbitrary = new TraceArbitrary(drawOptions(system, maxCommands), () => []);
  let thrown: { readonly error: unknown } | undefined;
  /** Returns false to end the run: at a failure, an error, or when time is up. */
  const goesOn = async (trace: Trace): Promise<boolean> => {
    try {
      await run.next(trace);
      return run.found === undefined && !(isOver?.() ?? false);
    } catch (error) {
      thrown = { error };
      return false;
    }
  };
  await fc.check(fc.asyncProperty(arbitrary, goesOn), {
    seed,
    numRuns: examples.length + options.traces,
    examples: examples.map((trace) => [trace]),
    endOnFailure: true,
  });
  if (thrown !== undefined) throw thrown.error;
  await run.end();
  const { traces, steps, found, before, coverage } = run;
  return { traces, steps, found, before, coverage };
}

function assertSomeVisible(checks: readonly Check[], system: System): void {
  if (checks.some((check) => isVisible(check, system))) return;
  const able = CHECKS.filter((check) => isVisible(check, system)).map(({ name }) => name);
  throw new BadInputError(
    `checks: ${checks.map(({ name }) => name).join(', ') || 'none'}: ${system.name} does not show what they need; ` +
      `it can be held to ${able.join(', ')}`,
  );
}

/** A run: judges the traces that it is given, and sums up. */
class Run {
  traces = 0;
  steps = 0;
  found: FailingTrace | undefined;
  before: Trace | undefined;
  readonly coverage: Coverage;
  private readonly judges: readonly [AnyJudge, AnyJudge];
  private readonly runsAhead: boolean;
  private ahead: Running | undefined;
  private started = 0;

  constructor(private readonly options: SuiteOptions) {
    const { system, checks } = options;
    this.coverage = new Coverage(system.ops);
    const { coverage } = this;
    // Where the system allows it, the next trace is sent while one is observed; each of the two has a judge of its own.
    this.judges = [judgeOf(system, { checks, coverage }), judgeOf(system, { checks, coverage })];
    this.runsAhead = system.isAsync && system.runsAhead === true;
  }

  /** Starts a trace and waits for it, or for the one before it if the system runs ahead. */
  async next(trace: Trace): Promise<void> {
    const running = this.start(trace);
    const due = this.runsAhead ? this.ahead : running;
    this.ahead = this.runsAhead ? running : undefined;
    if (due !== undefined) await this.settle(due);
  }

  /** Waits for the trace that was sent ahead, if any. */
  async end(): Promise<void> {
    if (this.ahead !== undefined) await this.settle(this.ahead);
  }

  private start(trace: Trace): Running {
    const judge = this.judges[this.started++ % 2 === 0 ? 0 : 1];
    const running = { trace, verdict: Promise.resolve(judge.run(trace)) };
    // A trace that is sent ahead may be refused before anybody waits for it; `settle` reports that.
    running.verdict.catch(() => undefined);
    return running;
  }

  private async settle({ trace, verdict }: Running): Promise<void> {
    const { system, isKnown, onTrace } = this.options;
    const { failure, steps } = await verdict;
    if (this.found !== undefined) return;
    if (failure === undefined && steps < trace.commands.length)
      throw new Error(
        `${system.name}: the system ended trace ${this.traces + 1} after ${steps} of ${trace.commands.length} commands ` +
          'without a failure, so it was not checked',
      );
    this.traces++;
    this.steps += steps;
    if (failure !== undefined && isKnown?.(failure) !== true) this.found = { trace, failure };
    else this.before = trace;
    const { traces, steps: allSteps } = this;
    await onTrace?.({ traces, steps: allSteps });
  }
}

type AnyJudge = ReturnType<typeof judgeOf>;

interface Running {
  readonly trace: Trace;
  readonly verdict: Promise<Verdict>;
}
