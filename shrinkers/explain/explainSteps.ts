/** The steps of a failing trace: what each command did, which counters it moved, and what happens without it. */
import type { FailingTrace } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import { without } from '../edit';
import { isSameBug } from '../sameBug';
import type { Trial } from '../trial';
import type { Budget } from './budget';
import type { ObservedStep } from './observeSteps';

export interface ExplainedStep {
  readonly command: Command;
  /** The command's effects on spans and slots, a few words each. */
  readonly events: readonly string[];
  readonly changes: readonly CounterChange[];
  /** The outcome without the command: `holds`, `fails the same way`, `fails differently: …`. */
  readonly without: string;
}

/** A counter that a step moved. */
export interface CounterChange {
  readonly counter: string;
  readonly by: number;
  /** The distance that the reference moves it, where that differs. */
  readonly expectedBy?: number | undefined;
}

export interface ExplainStepsOptions {
  readonly known: FailingTrace;
  readonly observed: readonly ObservedStep[];
  /** The same steps on the reference. */
  readonly expected: readonly ObservedStep[] | undefined;
  readonly trial: Trial;
  readonly budget: Budget;
}

/** Explains every command, which takes one run of the trace without it. */
export async function explainSteps(options: ExplainStepsOptions): Promise<readonly ExplainedStep[]> {
  const { known, observed, expected } = options;
  const steps: ExplainedStep[] = [];
  for (const [i, command] of known.trace.commands.entries()) {
    const changes = counterChanges(
      { before: observed[i - 1], after: observed[i] },
      { before: expected?.[i - 1], after: expected?.[i] },
    );
    steps.push({ command, events: observed[i]?.events ?? [], changes, without: await withoutText(i, options) });
  }
  return steps;
}

/** The state before a step, where there is one, and after it, if the system got there. */
interface StepPair {
  readonly before: ObservedStep | undefined;
  readonly after: ObservedStep | undefined;
}

/** Counters that moved differently than they should come first: the reader looks for them. */
function counterChanges(observed: StepPair, expected: StepPair): readonly CounterChange[] {
  if (observed.after === undefined) return [];
  const names = new Set([
    ...observed.after.counters.keys(),
    ...(observed.before?.counters.keys() ?? []),
    ...(expected.after?.counters.keys() ?? []),
  ]);
  const changes: CounterChange[] = [];
  for (const counter of names) {
    const by = movedBy(counter, observed);
    const expectedBy = expected.after === undefined ? by : movedBy(counter, expected);
    if (by !== 0 || expectedBy !== 0)
      changes.push({ counter, by, expectedBy: expectedBy === by ? undefined : expectedBy });
  }
  return changes.toSorted(
    (left, right) => Number(left.expectedBy === undefined) - Number(right.expectedBy === undefined),
  );
}

function movedBy(counter: string, { before, after }: StepPair): number {
  return (after?.counters.get(counter) ?? 0) - (before?.counters.get(counter) ?? 0);
}

async function withoutText(index: number, { known, trial, budget }: ExplainStepsOptions): Promise<string> {
  const { trace } = known;
  const rest = without(trace, (i) => i === index);
  if (rest.commands.length === 0) return 'no command is left';
  if (await budget.isSpent()) return 'not tried';
  const dependents = trace.commands.length - 1 - rest.commands.length;
  const also =
    dependents === 0 ? '' : ` (and without ${dependents} more that depend${dependents === 1 ? 's' : ''} on it)`;
  const failure = await trial.run(rest);
  if (failure === undefined) return `holds${also}`;
  return isSameBug(known, { trace: rest, failure })
    ? `fails the same way${also}`
    : `fails differently${also}: ${failure.check}`;
}
