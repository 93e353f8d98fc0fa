/**
 * The search for one planted fault with one seed: draws traces and judges them as the suite does, until one fails or the
 * budget of steps is used up. Nothing in it reads a clock, so one seed always searches the same way.
 */
import * as fc from 'fast-check';
import type { Check } from '../../properties/checks/checks';
import { drawOptions } from '../../properties/draw/drawOptions';
import { TraceArbitrary } from '../../properties/draw/traceArbitrary';
import type { FailingTrace } from '../../properties/failure';
import { SyncJudge } from '../../properties/judge';
import type { SyncSystem } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';

/** Steps that the suite takes in about the time of `npm start`. */
export const BUDGET_STEPS = 2_000_000;

/** Commands of the longest trace, as in `npm start`. */
export const MAX_COMMANDS = 400;

/** The result of one seed. */
export interface SeedResult {
  readonly seed: number;
  /** Steps until the failure, or the whole budget. */
  readonly steps: number;
  readonly found: FailingTrace | undefined;
}

/**
 * Searches for a failing trace.
 * @param arbitrary the traces to draw; by default those that the suite draws for this system.
 */
export function findFailure(
  system: SyncSystem,
  checks: readonly Check[],
  seed: number,
  budgetSteps = BUDGET_STEPS,
  arbitrary = tracesFor(system),
): SeedResult {
  const judge = new SyncJudge(system, { checks });
  let steps = 0;
  let found: FailingTrace | undefined;
  const holds = (trace: Trace): boolean => {
    const { failure, steps: taken } = judge.run(trace);
    steps += taken;
    if (failure !== undefined) found = { trace, failure };
    return failure === undefined && steps < budgetSteps;
  };
  const { errorInstance } = fc.check(fc.property(arbitrary, holds), { seed, numRuns: budgetSteps, endOnFailure: true });
  // A property that returns false has no error of its own; anything else that was thrown is a bug in the suite.
  if (found === undefined && steps < budgetSteps && errorInstance instanceof Error) throw errorInstance;
  return { seed, steps, found };
}

export function tracesFor(system: SyncSystem): fc.Arbitrary<Trace> {
  return new TraceArbitrary(drawOptions(system, MAX_COMMANDS), () => []);
}
