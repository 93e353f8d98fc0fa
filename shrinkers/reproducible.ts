/**
 * Searches for a failure that repeats. A failure that is not the trace's own cannot be shrunk: the system may be flaky, or
 * carry something over from the trace before. Such a failure becomes a row of data, and the search continues with another
 * seed for one that repeats.
 */
import type { Check } from '../properties/checks/checks';
import { addEvaluations, type Evaluation } from '../properties/evaluation';
import { cut, type FailingTrace } from '../properties/failure';
import { judgeOf } from '../properties/judge';
import { runSuite, type SuiteOptions, type SuiteResult } from '../properties/suite';
import type { System } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { rateOf, type Rate } from './failureRate';
import { abortableTrial, asyncTrial, endAbortedRun, trialOn, type Trial } from './trial';

export interface ReproducibleResult extends Omit<SuiteResult, 'before'> {
  /** The failure that repeats; if there is none, the first that does not. */
  readonly found: FailingTrace | undefined;
  /** True if `found` repeats; if not, it is the first row of `unrepeated`. */
  readonly isReproducible: boolean;
  /** The seed that found it: the given one plus the number of failures before it that did not repeat. */
  readonly seed: number;
  /** Traces drawn from that seed. */
  readonly seedTraces: number;
  /** The failures that do not repeat, a row for each signature, in the order of their discovery. */
  readonly unrepeated: readonly UnrepeatedFailure[];
}

/** A failure that does not come back when its trace runs again alone. */
export interface UnrepeatedFailure extends FailingTrace {
  /** The seed of the suite that found it. */
  readonly seed: number;
  /** Times that the search met it. */
  readonly times: number;
  /** The rate at which the trace fails alone. */
  readonly rate: Rate;
  /** The trace before it, if state leaks from there: the two in a row fail every time, and the second alone never does. */
  readonly leaksFrom: Trace | undefined;
}

export interface FindReproducibleOptions extends SuiteOptions {
  /** Ends the runs that show whether a failure repeats, also while a system hangs. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the first failure of each signature before it is run again, and with each that repeats. */
  readonly onFound?: (found: FailingTrace, seed: number) => void | Promise<void>;
}

/** Runs that must all fail. */
const RUNS = 3;

/** Runs that measure the rate of a failure that does not repeat. */
const RATE_RUNS = 20;

/** The search ends after so many failures that do not repeat. */
const MAX_UNREPEATED = 20;

export async function findReproducible(options: FindReproducibleOptions): Promise<ReproducibleResult> {
  const { system, checks, isOver, signal, onFound } = options;
  const isEnded = (): boolean => signal?.aborted === true || isOver?.() === true;
  const trial = abortableTrial(trialOn(system, checks), signal);
  const rows = new Map<string, UnrepeatedFailure>();
  let first: Omit<ReproducibleResult, 'unrepeated'> | undefined;
  let { seed } = options;
  let steps = 0;
  let traces = 0;
  let evaluation: Evaluation | undefined;
  for (let missed = 0; ; missed++, seed = (seed + 1) | 0) {
    const { before, ...result } = await runSuite({ ...options, seed, traces: options.traces - traces });
    steps += result.steps;
    traces += result.traces;
    evaluation = evaluation === undefined ? result.evaluation : addEvaluations(evaluation, result.evaluation);
    const { found } = result;
    const sums = { steps, traces, evaluation };
    const current = { ...result, ...sums, seed, seedTraces: result.traces, isReproducible: found !== undefined };
    if (found === undefined) return { ...(first ?? current), ...sums, unrepeated: [...rows.values()] };
    const { signature } = found.failure;
    const row = rows.get(signature);
    if (row === undefined) await onFound?.(found, seed);
    const failing = { trace: cut(found.trace, found.failure), failure: found.failure };
    const { failed, runs } = await rateOf(failing, trial, RUNS, isEnded);
    // A run that was aborted may still be under way.
    if (signal?.aborted === true) await endAbortedRun(system);
    if (failed === runs) {
      if (row !== undefined) await onFound?.(found, seed);
      return { ...current, unrepeated: [...rows.values()] };
    }
    rows.set(
      signature,
      row === undefined
        ? { ...found, seed, times: 1, ...(await diagnosed(failing, before, trial, options, isEnded)) }
        : { ...row, times: row.times + 1 },
    );
    first ??= { ...current, isReproducible: false };
    if (missed === MAX_UNREPEATED || traces >= options.traces || isEnded())
      return { ...first, ...sums, unrepeated: [...rows.values()] };
    refresh(system);
  }
}

/** Measures the rate of a failure that does not repeat, and finds out whether it needs the trace before it. */
async function diagnosed(
  failing: FailingTrace,
  before: Trace | undefined,
  trial: Trial,
  { system, checks, signal }: FindReproducibleOptions,
  isEnded: () => boolean,
): Promise<Pick<UnrepeatedFailure, 'rate' | 'leaksFrom'>> {
  refresh(system);
  const rate = await rateOf(failing, trial, RATE_RUNS, isEnded);
  if (before === undefined || rate.failed > 0 || rate.runs < RATE_RUNS) return { rate, leaksFrom: undefined };
  const inARow = abortableTrial(trialAfter(before, system, checks), signal);
  const { failed, runs } = await rateOf(failing, inARow, RUNS, isEnded);
  return { rate, leaksFrom: failed === RUNS && runs === RUNS ? before : undefined };
}

/** Returns a trial that runs `before` in a fresh system, and then the trace in question. */
function trialAfter(before: Trace, system: System, checks: readonly Check[]): Trial {
  const judge = judgeOf(system, { checks, isThorough: true });
  return asyncTrial(async (trace) => {
    refresh(system);
    await judge.run(before);
    return (await judge.run(trace)).failure;
  });
}

/** Makes the system forget what earlier traces left behind, if it can. */
function refresh(system: System): void {
  if (system.isAsync) system.refresh?.();
}
