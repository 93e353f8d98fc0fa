/**
 * The story of a failing trace: what each command did, which counters moved by how much, which step corrupted and
 * which one noticed, what the drift equals, and what would have to be otherwise for the trace to hold.
 */
import type { Check } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import type { Failure } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import type { Certificate } from '../certify/certificate';
import { without } from '../edit';
import { explainDrift } from './explainDrift';
import { formatRate, type Rate } from '../failureRate';
import { isSameBug } from '../sameBug';
import { type Trial, trialOn } from '../trial';
import { nearestPassing, type PassingTrace } from './nearestPassing';
import { observeSteps, type ObservedStep } from './observeSteps';

export interface Explanation {
  readonly trace: Trace;
  readonly failure: Failure;
  readonly steps: readonly ExplainedStep[];
  /** Index of the first step after which something is not as the reference has it; the noticing one if unknown. */
  readonly corruptingStep: number;
  /** `−3 = nelems − allocCount of span 1, class 5, at uncacheSpan`. */
  readonly equals: string | undefined;
  readonly twin: PassingTrace | undefined;
  readonly certificate: Certificate | undefined;
  /** How often it fails, if not always. */
  readonly rate: Rate | undefined;
}

export interface ExplainedStep {
  readonly command: Command;
  readonly actions: readonly string[];
  readonly changes: readonly Change[];
  /** What happens without the command: `holds`, `fails as before`, `fails another way: …`. */
  readonly without: string;
}

/** A counter that a step moved. */
export interface Change {
  readonly counter: string;
  readonly by: number;
  /** By how much the reference moves it, where that differs. */
  readonly expectedBy?: number | undefined;
}

export interface ExplainOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** The same allocator without a bug, if there is one: then a step that corrupts in silence is named. */
  readonly reference?: System | undefined;
  readonly certificate?: Certificate | undefined;
  /** Runs of the trace to see whether it always fails; 3. */
  readonly runs?: number;
}

/** Explains how the trace fails; nothing if it holds. */
export async function explain(trace: Trace, options: ExplainOptions): Promise<Explanation | undefined> {
  const trial = trialOn(options.system, options.checks);
  const first = await firstFailure(trace, trial, options.runs ?? 3);
  if (first === undefined) return undefined;
  const { failure, rate } = first;
  const cut = { shape: trace.shape, commands: trace.commands.slice(0, failure.step + 1) };
  const watched = await observeSteps(options.system, cut);
  const expected = options.reference === undefined ? undefined : await observeSteps(options.reference, cut);
  const corruptingStep = firstDifference(watched, expected) ?? failure.step;
  return {
    trace: cut,
    failure,
    steps: await explainedSteps(cut, failure, watched, expected, trial),
    corruptingStep,
    equals: equalsText(cut, failure, watched, corruptingStep),
    twin: rate === undefined ? await nearestPassing(cut, trial) : undefined,
    certificate: options.certificate,
    rate,
  };
}

/** Runs the trace a few times; if it fails in some of them only, with the rate. */
async function firstFailure(
  trace: Trace,
  trial: Trial,
  runs: number,
): Promise<{ failure: Failure; rate: Rate | undefined } | undefined> {
  let failure: Failure | undefined;
  let failed = 0;
  for (let run = 0; run < runs; run++) {
    const found = await trial.run(trace);
    failure ??= found;
    if (found !== undefined) failed++;
  }
  return failure && { failure, rate: failed === runs ? undefined : { failed, runs } };
}

/** The first step after which a counter is not what the reference has. */
function firstDifference(
  watched: readonly ObservedStep[],
  expected: readonly ObservedStep[] | undefined,
): number | undefined {
  const step = watched.findIndex(({ counters }, i) => !areEqual(counters, expected?.[i]?.counters ?? counters));
  return step < 0 ? undefined : step;
}

function areEqual(left: ReadonlyMap<string, number>, right: ReadonlyMap<string, number>): boolean {
  return left.size === right.size && [...left].every(([name, value]) => right.get(name) === value);
}

async function explainedSteps(
  trace: Trace,
  failure: Failure,
  watched: readonly ObservedStep[],
  expected: readonly ObservedStep[] | undefined,
  trial: Trial,
): Promise<readonly ExplainedStep[]> {
  const steps: ExplainedStep[] = [];
  for (const [i, command] of trace.commands.entries()) {
    const changes = changesOf(watched[i - 1], watched[i], expected?.[i - 1], expected?.[i]);
    steps.push({
      command,
      actions: watched[i]?.actions ?? [],
      changes,
      without: await withoutText(trace, i, failure, trial),
    });
  }
  return steps;
}

function changesOf(
  before: ObservedStep | undefined,
  after: ObservedStep | undefined,
  expectedBefore: ObservedStep | undefined,
  expectedAfter: ObservedStep | undefined,
): readonly Change[] {
  if (after === undefined) return [];
  const names = new Set([
    ...after.counters.keys(),
    ...(before?.counters.keys() ?? []),
    ...(expectedAfter?.counters.keys() ?? []),
  ]);
  const changes: Change[] = [];
  for (const counter of names) {
    const by = moved(counter, before, after);
    const expectedBy = expectedAfter === undefined ? by : moved(counter, expectedBefore, expectedAfter);
    if (by !== 0 || expectedBy !== 0)
      changes.push({ counter, by, expectedBy: expectedBy === by ? undefined : expectedBy });
  }
  // What moved otherwise than it should comes first: that is what is looked for.
  return changes.toSorted(
    (left, right) => Number(left.expectedBy === undefined) - Number(right.expectedBy === undefined),
  );
}

function moved(counter: string, before: ObservedStep | undefined, after: ObservedStep): number {
  return (after.counters.get(counter) ?? 0) - (before?.counters.get(counter) ?? 0);
}

async function withoutText(trace: Trace, index: number, failure: Failure, trial: Trial): Promise<string> {
  const rest = without(trace, (i) => i === index);
  if (rest.commands.length === 0) return 'nothing is left';
  const more = trace.commands.length - 1 - rest.commands.length;
  const also = more === 0 ? '' : ` (and ${more} that cannot come then)`;
  const found = await trial.run(rest);
  if (found === undefined) return `holds${also}`;
  return isSameBug({ trace, failure }, { trace: rest, failure: found })
    ? `fails as before${also}`
    : `fails another way${also}: ${found.check}`;
}

/** What the first drift equals that equals anything, at the step that corrupted. */
function equalsText(
  trace: Trace,
  failure: Failure,
  watched: readonly ObservedStep[],
  step: number,
): string | undefined {
  for (const drift of failure.findings.flatMap(({ drifts }) => drifts)) {
    const text = explainDrift(drift, trace.commands[step], watched[step - 1], watched[step]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** What is said of a trace that does not always fail. */
export function flakyText(rate: Rate): string {
  return `it does not fail every time: ${formatRate(rate)}; it was not shrunk, since a shorter trace that held might only have been lucky`;
}
