/**
 * The hunt for one planted fault with one seed: traces are drawn and judged as the suite does it, until one fails or
 * the budget of steps is used up. Nothing in it looks at a clock; the same seed hunts the same way.
 */
import * as fc from 'fast-check';
import type { Check } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import { SyncJudge } from '../../properties/judge';
import type { SyncSystem } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { TraceArbitrary } from '../../properties/draw/traceArbitrary';

/** Steps that the suite takes in about the time of `npm start`. */
export const BUDGET_STEPS = 2_000_000;

/** Commands of the longest trace, as `npm start` has it. */
export const MAX_COMMANDS = 400;

export interface Prey {
  readonly trace: Trace;
  readonly failure: Failure;
}

export interface HuntResult {
  readonly seed: number;
  /** Steps taken until it was caught, or all of the budget. */
  readonly steps: number;
  readonly caught: Prey | undefined;
}

/** @param arbitrary traces to draw, other than those that the suite draws for this system. */
export function hunt(
  system: SyncSystem,
  checks: readonly Check[],
  seed: number,
  budgetSteps = BUDGET_STEPS,
  arbitrary = tracesFor(system),
): HuntResult {
  const judge = new SyncJudge(system, { checks });
  let steps = 0;
  let caught: Prey | undefined;
  const goesOn = (trace: Trace): boolean => {
    // The model answers at once; only a system in another process promises.
    const { failure, steps: taken } = judge.run(trace);
    steps += taken;
    if (failure !== undefined) caught = { trace, failure };
    return failure === undefined && steps < budgetSteps;
  };
  fc.check(fc.property(arbitrary, goesOn), { seed, numRuns: budgetSteps, endOnFailure: true });
  return { seed, steps, caught };
}

export function tracesFor(system: SyncSystem): fc.Arbitrary<Trace> {
  return new TraceArbitrary({ ops: system.ops, maxProcs: system.maxProcs, maxCommands: MAX_COMMANDS }, () => []);
}
