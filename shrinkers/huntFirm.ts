/**
 * The suite, until it finds a failure that repeats. A system outside of this process may go into a trace with what an
 * earlier one has left in it; a failure that is not the trace's own says nothing to a person, and cannot be shrunk.
 */
import type { Failure } from '../properties/failure';
import { runSuite, type SuiteOptions, type SuiteResult } from '../properties/suite';
import { tryOn } from './explain';
import { rateOf } from './repeat';
import type { FailingTrace } from './sameBug';

export interface Hunted extends Omit<SuiteResult, 'found'> {
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

export async function huntFirm(options: SuiteOptions): Promise<Hunted> {
  const { system, checks, isOver } = options;
  const tryTrace = tryOn(system, checks);
  let { seed } = options;
  let steps = 0;
  let traces = 0;
  for (let passing = 0; ; passing++, seed = (seed + 1) | 0) {
    const result = await runSuite({ ...options, seed, traces: options.traces - traces });
    steps += result.steps;
    traces += result.traces;
    const hunted = { reach: result.reach, steps, traces, seed, seedTraces: result.traces, passing, found: result.found };
    const { found } = result;
    if (found === undefined || passing === MAX_PASSING || traces >= options.traces) return hunted;
    const trace = { shape: found.trace.shape, commands: found.trace.commands.slice(0, found.failure.step + 1) };
    const { failed, runs } = await rateOf(trace, found.failure, tryTrace, RUNS);
    if (failed === runs || (isOver?.() ?? false)) return hunted;
    system.refresh?.();
  }
}
