/**
 * The suite, until it finds a failure that repeats. A system outside of this process may go into a trace with what an
 * earlier one has left in it, and a failure that is not the trace's own cannot be shrunk: it is kept, and the hunt goes on for
 * one that can. Where there is none, the first that was kept is the answer.
 */
import { addEvaluations, type Evaluation } from '../properties/evaluation';
import type { Failure, FailingTrace } from '../properties/failure';
import { runSuite, type SuiteOptions, type SuiteResult } from '../properties/suite';
import { rateOf } from './failureRate';
import { trialOn } from './trial';

export interface ReproducibleResult extends Omit<SuiteResult, 'found'> {
  readonly found: { readonly trace: FailingTrace['trace']; readonly failure: Failure } | undefined;
  /** The seed of the suite that ended the hunt: the one that was given, plus the failures that did not repeat. */
  readonly seed: number;
  /** Traces that were drawn from it. */
  readonly seedTraces: number;
  /** Failures that did not repeat. */
  readonly passing: number;
}

/** Runs in which it must fail each time. */
const RUNS = 3;

/** Failures that do not repeat, after which the last one is the answer. */
const MAX_PASSING = 20;

export interface FindReproducibleOptions extends SuiteOptions {
  /** Told of each failure the moment it is found, before it is seen whether it repeats. */
  readonly onFound?: (found: FailingTrace, seed: number) => void | Promise<void>;
}

export async function findReproducible(options: FindReproducibleOptions): Promise<ReproducibleResult> {
  const { system, checks, isOver, onFound } = options;
  const trial = trialOn(system, checks);
  let { seed } = options;
  let steps = 0;
  let traces = 0;
  let evaluation: Evaluation | undefined;
  let passed: ReproducibleResult | undefined;
  for (let passing = 0; ; passing++, seed = (seed + 1) | 0) {
    const result = await runSuite({ ...options, seed, traces: options.traces - traces });
    steps += result.steps;
    traces += result.traces;
    evaluation = evaluation === undefined ? result.evaluation : addEvaluations(evaluation, result.evaluation);
    const hunted = {
      coverage: result.coverage,
      evaluation,
      steps,
      traces,
      seed,
      seedTraces: result.traces,
      passing,
      found: result.found,
    };
    const { found } = result;
    if (found === undefined) return passed === undefined ? hunted : { ...passed, steps, traces, evaluation, passing };
    await onFound?.(found, seed);
    if (passing === MAX_PASSING || traces >= options.traces) return hunted;
    const trace = { shape: found.trace.shape, commands: found.trace.commands.slice(0, found.failure.step + 1) };
    const { failed, runs } = await rateOf(trace, found.failure, trial, RUNS);
    if (failed === runs || (isOver?.() ?? false)) return hunted;
    passed ??= hunted;
    if (system.isAsync) system.refresh?.();
  }
}
