/** A failure: the step at which a check did not hold, or at which the system died. */
import type { Op } from './command';
import { formatDrift, type Drift } from './drift';
import type { Death } from './system';

export interface Failure {
  /** Index of the command in its trace. */
  readonly step: number;
  readonly op: Op;
  /** The first check that did not hold, or the kind of death: `throw`, `crash`, `hang`. */
  readonly check: string;
  readonly drifts: readonly Drift[];
  /** Other checks that did not hold at this step. */
  readonly also: readonly string[];
  /** One line for a person. */
  readonly message: string;
  /** Two failures with the same signature are the same bug. */
  readonly signature: string;
}

export function checkFailure(step: number, op: Op, check: string, drifts: readonly Drift[], also: readonly string[]): Failure {
  const [first] = drifts;
  if (first === undefined) throw new Error(`check ${check} reported a failure without a drift`);
  const sign = first.actual > first.expected ? '+' : '-';
  return { step, op, check, drifts, also, message: formatDrift(first), signature: `${check} ${first.counter} ${sign} ${op}` };
}

export function deathFailure(death: Death, op: Op): Failure {
  return {
    step: death.step,
    op,
    check: death.kind,
    drifts: [],
    also: [],
    message: death.message,
    signature: `${death.kind} ${withoutNumbers(death.message)} ${op}`,
  };
}

/** Figures and addresses differ from trace to trace; the words around them tell bugs apart. */
function withoutNumbers(message: string): string {
  return message.replace(/0x[0-9a-f]+|\d+/gi, '#');
}
