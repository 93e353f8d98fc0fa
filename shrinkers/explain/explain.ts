/**
 * The story of a failing trace: what each command did and which counters it moved, which step corrupted them and which
 * one detected it, what the drift equals, and the smallest change that makes the trace hold.
 */
import type { Check } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { Certificate } from '../certify/certificate';
import { formatRate, type Rate } from '../failureRate';
import { trialOn, type Trial } from '../trial';
import { Budget } from './budget';
import { explainDrift } from './explainDrift';
import { explainSteps, type ExplainedStep } from './explainSteps';
import { nearestPassing, type PassingTrace } from './nearestPassing';
import { observeSteps, type ObservedStep } from './observeSteps';
import { variedFailures } from './variations';

export interface Explanation {
  /** The trace up to the step that fails. */
  readonly trace: Trace;
  readonly failure: Failure;
  readonly steps: readonly ExplainedStep[];
  /** The first step after which a counter differs from the reference; without a reference, the step that fails. */
  readonly corruptingStep: number;
  /** `−3 = nelems − allocCount of span 1, class 5, at uncacheSpan`. */
  readonly equals: string | undefined;
  readonly nearestPassing: PassingTrace | undefined;
  readonly certificate: Certificate | undefined;
  /** The share of runs that fail; undefined if it always does. */
  readonly rate: Rate | undefined;
  /** True if time ran out before the story was complete. */
  readonly isCutShort: boolean;
}

export interface ExplainOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** The same allocator without the bug, if there is one; it shows which step corrupts before anything is detected. */
  readonly reference?: System | undefined;
  readonly certificate?: Certificate | undefined;
  /** Runs of the trace to see whether it always fails. Default 3. */
  readonly runs?: number;
  /** A deadline or Ctrl-C, asked before every run but the first. */
  readonly isOver?: (() => boolean) | undefined;
}

/** Explains how the trace fails; returns undefined if it holds. */
export async function explain(trace: Trace, options: ExplainOptions): Promise<Explanation | undefined> {
  const { system, checks, reference, certificate, runs = 3 } = options;
  const trial = trialOn(system, checks);
  const budget = new Budget(options.isOver);
  const first = await firstFailure(trace, trial, runs, budget);
  if (first === undefined) return undefined;
  const { failure, rate } = first;
  const cut = { shape: trace.shape, commands: trace.commands.slice(0, failure.step + 1) };
  const observed = await observeSteps(system, cut, budget);
  const expected = reference === undefined ? undefined : await observeSteps(reference, cut, budget);
  const corruptingStep = firstDifference(observed, expected) ?? failure.step;
  const known = { trace: cut, failure };
  const steps = await explainSteps({ known, observed, expected, trial, budget });
  const passing = rate === undefined ? await nearestPassing(cut, { trial, system, budget }) : undefined;
  const varied = rate === undefined ? await variedFailures(known, corruptingStep, { trial, system, budget }) : [];
  return {
    ...known,
    steps,
    corruptingStep,
    equals: explainDrift(
      failure.findings.flatMap(({ drifts }) => drifts),
      { command: cut.commands[corruptingStep], before: observed[corruptingStep - 1], after: observed[corruptingStep] },
      varied,
    ),
    nearestPassing: passing,
    certificate,
    rate,
    isCutShort: budget.isCutShort,
  };
}

/** Returns what is said of a trace that does not always fail. */
export function flakyText(rate: Rate): string {
  return `the failure does not repeat every time: the trace ${formatRate(rate)}; it was not shrunk, since a shorter trace that held might only have been lucky`;
}

/** Runs the trace a few times and returns its first failure, with the rate if it does not fail in all of them. */
async function firstFailure(
  trace: Trace,
  trial: Trial,
  runs: number,
  budget: Budget,
): Promise<{ failure: Failure; rate: Rate | undefined } | undefined> {
  let failure: Failure | undefined;
  let failed = 0;
  let done = 0;
  while (done < runs && (done === 0 || !(await budget.isSpent()))) {
    const found = await trial.run(trace);
    failure ??= found;
    if (found !== undefined) failed++;
    done++;
  }
  return failure && { failure, rate: failed === done ? undefined : { failed, runs: done } };
}

/** Returns the first step after which a counter differs from the reference. */
function firstDifference(
  observed: readonly ObservedStep[],
  expected: readonly ObservedStep[] | undefined,
): number | undefined {
  const step = observed.findIndex(({ counters }, i) => !areEqual(counters, expected?.[i]?.counters ?? counters));
  return step < 0 ? undefined : step;
}

function areEqual(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean {
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value);
}
