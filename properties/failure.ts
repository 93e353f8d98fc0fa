/** A failure: the step at which a check did not hold, or at which the system died. */
import { EVENT_STRIDE, NONE_FREE, type Events } from '../model/events';
import type { Op } from './trace/command';
import type { Trace } from './trace/trace';
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
  /** All checks that did not hold at this step, the first one first; none at a death. */
  readonly findings: readonly Finding[];
  /** Kinds of the step's moves, a bit `1 << kind` each; 0 if the system does not tell. */
  readonly flows: number;
  /** One line for a person. */
  readonly message: string;
  /** Two failures with the same signature are the same bug. */
  readonly signature: string;
}

/** A trace and how it fails. */
export interface FailingTrace {
  readonly trace: Trace;
  readonly failure: Failure;
}

/** A check that did not hold, and what drifted. */
export interface Finding {
  readonly check: string;
  readonly drifts: readonly Drift[];
}

export function checkFailure(step: number, op: Op, findings: readonly Finding[], events: Events | undefined): Failure {
  const [{ check, drifts }, ...others] = findings;
  const also = others.map((finding) => finding.check);
  const flows = events === undefined ? 0 : flowsOf(events);
  const message = formatDrift(drifts[0]);
  return { step, op, check, drifts, also, findings, flows, message, signature: `${kindOf(findings[0])} ${op}` };
}

/** What a finding says besides where it was noticed: check, first drifting counter, sign. */
export function kindOf({ check, drifts: [first] }: Finding): string {
  if (first === undefined) throw new Error(`check ${check} reported a failure without a drift`);
  return `${check} ${first.counter} ${first.actual > first.expected ? '+' : '-'}`;
}

/** Returns the trace up to the step that fails: the commands after it play no part. */
export function cut({ shape, commands }: Trace, { step }: Failure): Trace {
  return { shape, commands: commands.slice(0, step + 1) };
}

export function deathFailure(death: Death, op: Op): Failure {
  return {
    step: death.step,
    op,
    check: death.kind,
    drifts: [],
    also: [],
    findings: [],
    flows: 0,
    message: death.message,
    signature: `${death.kind} ${withoutNumbers(death.message)} ${op}`,
  };
}

function flowsOf({ data, length }: Events): number {
  let flows = 0;
  // That a refill has found nothing is no flow, but why the next move is one.
  for (let at = 0; at < length; at += EVENT_STRIDE) if (data[at] !== NONE_FREE) flows |= 1 << data[at];
  return flows;
}

/** Figures and addresses differ from trace to trace; the words around them tell bugs apart. */
function withoutNumbers(message: string): string {
  return message.replace(/0x[0-9a-f]+|\d+/gi, '#');
}
