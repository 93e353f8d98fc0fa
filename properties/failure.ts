/** A failure: the step at which a check failed or the system died. */
import { EVENT_STRIDE, NONE_FREE, type Events } from '../model/events';
import { at } from './at';
import type { Op } from './trace/command';
import type { Trace } from './trace/trace';
import { formatDrift, type Drift } from './drift';
import type { Death } from './system';

export interface Failure {
  /** Index of the command in its trace. */
  readonly step: number;
  readonly op: Op;
  /** The first check that failed, or the kind of death: `throw`, `crash`, `hang`. */
  readonly check: string;
  readonly drifts: readonly Drift[];
  /** The other checks that failed at this step. */
  readonly also: readonly string[];
  /** The findings of all checks that failed at this step, in order; empty at a death. */
  readonly findings: readonly Finding[];
  /** The kinds of the step's events, a bit `1 << kind` each; 0 if the system reports none. */
  readonly flows: number;
  /** The first drift, or the system's own words, in one line. */
  readonly message: string;
  /** Two failures with the same signature are the same bug. */
  readonly signature: string;
}

/** A trace and the failure it ends in. */
export interface FailingTrace {
  readonly trace: Trace;
  readonly failure: Failure;
}

/** A check that failed, and its drifts. */
export interface Finding {
  readonly check: string;
  readonly drifts: readonly Drift[];
}

export function checkFailure(step: number, op: Op, findings: readonly Finding[], events: Events | undefined): Failure {
  const first = at(findings, 0);
  const { check, drifts } = first;
  const also = findings.slice(1).map((finding) => finding.check);
  const flows = events === undefined ? 0 : eventKindBits(events);
  const message = formatDrift(at(drifts, 0));
  return { step, op, check, drifts, also, findings, flows, message, signature: `${kindOf(first)} ${op}` };
}

/** Returns the check, its first drifting counter and the sign: a finding without the place where it was noticed. */
export function kindOf({ check, drifts: [first] }: Finding): string {
  if (first === undefined) throw new Error(`check ${check} reported a failure without a drift`);
  return `${check} ${first.counter} ${signOf(first)}`;
}

function signOf({ actual, expected }: Drift): string {
  if (Number.isNaN(actual) || Number.isNaN(expected)) return 'NaN';
  return actual > expected ? '+' : '-';
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

function eventKindBits({ data, length }: Events): number {
  let bits = 0;
  for (let i = 0; i < length; i += EVENT_STRIDE) {
    const kind = data[i];
    // NONE_FREE moves nothing: it only explains the event that follows.
    if (kind !== undefined && kind !== NONE_FREE) bits |= 1 << kind;
  }
  return bits;
}

/** Replaces figures and addresses, which differ from trace to trace; the words around them identify the bug. */
function withoutNumbers(message: string): string {
  return message.replace(/0x[0-9a-f]+|\d+/gi, '#');
}
