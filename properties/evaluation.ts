/**
 * The account of what a run evaluated: the checks that ran, the checks that could not, and the figures that no check
 * compared. A run that finds nothing is worth as much as this account.
 */
import { missingFor, type Check } from './checks/checks';
import { fieldNames, hasField, type PublishedField, type SeenFields } from './publishedFields';
import type { Shown, System } from './system';
import type { Op } from './trace/command';

export interface Evaluation {
  /** Each check that ran, with the number of steps after which it compared something. */
  readonly checksRun: readonly CheckRun[];
  /** Each requested check that could not run, with what the system would have to show. */
  readonly checksNotRun: readonly CheckNotRun[];
  /**
   * Fields of `MemStats` that no check compared: the system does not publish them, or publishes them and nothing
   * else tells what they should be.
   */
  readonly figuresNotCompared: readonly PublishedField[];
}

export interface CheckRun {
  readonly name: string;
  readonly steps: number;
}

export interface CheckNotRun {
  readonly name: string;
  readonly needs: readonly Shown[];
}

/** The steps of a run. */
export interface StepCounts {
  readonly steps: number;
  /** The steps by command. */
  readonly ops: readonly { readonly op: Op; readonly applied: number }[];
}

/** @param fields undefined if no step was observed: then no figure was compared. */
export function evaluationOf(
  checks: readonly Check[],
  system: System,
  fields: SeenFields | undefined,
  counts: StepCounts,
): Evaluation {
  const ran = checks.filter((check) => missingFor(check, system).length === 0);
  return {
    checksRun: ran.map((check) => ({ name: check.name, steps: comparedSteps(check, system, counts) })),
    checksNotRun: checks
      .map((check) => ({ name: check.name, needs: missingFor(check, system) }))
      .filter(({ needs }) => needs.length > 0),
    figuresNotCompared: fieldNames(
      (field) => fields === undefined || !ran.some((check) => comparesField(check, field, fields)),
    ),
  };
}

/** Adds up what two runs on the same system with the same checks evaluated. */
export function addEvaluations(one: Evaluation, other: Evaluation): Evaluation {
  return {
    checksRun: one.checksRun.map(({ name, steps }) => ({
      name,
      steps: steps + (other.checksRun.find((run) => run.name === name)?.steps ?? 0),
    })),
    checksNotRun: one.checksNotRun,
    figuresNotCompared: one.figuresNotCompared.filter((field) => other.figuresNotCompared.includes(field)),
  };
}

/** The outcome of a run: `held` only if at least one check compared something and nothing failed. */
export type Outcome = 'held' | 'failed' | 'unchecked';

export function outcomeOf({
  found,
  evaluation,
}: {
  readonly found: unknown;
  readonly evaluation: Evaluation;
}): Outcome {
  if (found !== undefined) return 'failed';
  return evaluation.checksRun.some(({ steps }) => steps > 0) ? 'held' : 'unchecked';
}

function comparedSteps(check: Check, system: System, { steps, ops }: StepCounts): number {
  const after = check.comparesAfter?.(system);
  if (after === undefined) return steps;
  return ops.reduce((sum, { op, applied }) => (after.includes(op) ? sum + applied : sum), 0);
}

function comparesField(check: Check, field: PublishedField, { published, rescan }: SeenFields): boolean {
  const { figures = [] } = check;
  if (figures !== 'all' && !figures.includes(field)) return false;
  if (!hasField(published, field)) return false;
  return check.needs.includes('rescan') ? hasField(rescan, field) : true;
}
