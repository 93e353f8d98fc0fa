/**
 * Decides whether two failures are the same bug. Equal signatures are. But several ops may notice one bug (readMemStats,
 * gcStart and setProcs all flush), as may several checks at once, and it must still end in one trace; so two failures
 * with the same evidence are the same bug, too.
 */
import { CACHED } from '../model/events';
import { TINY_SIZE_CLASS } from '../model/sizeclasses';
import { at } from '../properties/at';
import type { Drift } from '../properties/drift';
import { READ } from '../properties/checks/flushedDrifts';
import { kindOf, type Failure, type Finding, type FailingTrace } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';

/** Returns the signature without the op that noticed the failure. */
export function kindOfFailure({ signature, op }: Failure): string {
  return signature.slice(0, -op.length - 1);
}

/** Reports whether `candidate` fails as the same bug as `known`. */
export function isSameBug(known: FailingTrace, candidate: FailingTrace): boolean {
  if (candidate.failure.signature === known.failure.signature) return true;
  return isEarlierInTheStep(known, candidate) || isSameEvidence(known, candidate);
}

/**
 * Reports whether the candidate is the known trace with only the beginning of its last command: a smaller count, or
 * the refill alone of an allocation that needed another span. What fails there also failed during the longer step.
 */
function isEarlierInTheStep({ trace, failure }: FailingTrace, candidate: FailingTrace): boolean {
  if (!differOnlyInTheLast(trace, candidate.trace)) return false;
  const last = trace.commands.at(-1);
  const other = candidate.trace.commands.at(-1);
  if (last === undefined || other === undefined) return false;
  if (last.op === 'smallAlloc' && other.op === 'smallAlloc') {
    return last.class === other.class && last.p === other.p && other.count < last.count;
  }
  const sizeclass =
    last.op === 'smallAlloc' && last.count === 1 ? last.class : last.op === 'tinyAlloc' ? TINY_SIZE_CLASS : 0;
  if (other.op !== 'cacheSpan' || other.class !== sizeclass || !('p' in last) || last.p !== other.p) return false;
  return (failure.flows & (1 << CACHED)) !== 0;
}

/**
 * Reports whether the first finding of the candidate is among those of the known failure: the same check, and the same
 * counters off by the same amounts, in the same flow of the allocator (a span was uncached, swept, …). If the system
 * does not report flows, all commands but the last must be the same instead. Another bug that moves the same counters by the
 * same amounts in the same flow is next to impossible.
 */
function isSameEvidence(known: FailingTrace, candidate: FailingTrace): boolean {
  const hasSameFlow = (flowsWithFlush(known.failure) & flowsWithFlush(candidate.failure)) !== 0;
  if (!hasSameFlow && !differOnlyInTheLast(known.trace, candidate.trace)) return false;
  const [finding] = candidate.failure.findings;
  if (finding !== undefined) return known.failure.findings.some((other) => isSameFinding(finding, other));
  return known.failure.findings.length === 0 && deathOf(known.failure) === deathOf(candidate.failure);
}

/** Returns the flows of the failing step, with a bit of its own for a flush of the Ps, which moves no span. */
function flowsWithFlush({ flows, op }: Failure): number {
  return op === 'readMemStats' || op === 'gcStart' || op === 'setProcs' ? flows | FLUSHED : flows;
}

const FLUSHED = 1 << 30;

function differOnlyInTheLast({ shape, commands }: Trace, other: Trace): boolean {
  const last = commands.length - 1;
  if (other.commands.length !== commands.length || other.shape.procs !== shape.procs) return false;
  if ((other.shape.readsEachStep === true) !== (shape.readsEachStep === true)) return false;
  return commands.every((command, i) => i === last || command === other.commands[i]);
}

function isSameFinding(left: Finding, right: Finding): boolean {
  if (kindOf(left) !== kindOf(right)) return false;
  const [drifts, others] = [ownDrifts(left), ownDrifts(right)];
  return drifts.length === others.length && drifts.every((drift, i) => isSameDrift(drift, at(others, i)));
}

/** Returns the drifts without those of a read, if there are others: those follow, and only some flushes show them. */
function ownDrifts({ drifts }: Finding): readonly Drift[] {
  const own = drifts.filter(({ counter }) => !counter.startsWith(READ));
  return own.length === 0 ? drifts : own;
}

function isSameDrift(left: Drift, right: Drift): boolean {
  return left.counter === right.counter && left.actual - left.expected === right.actual - right.expected;
}

function deathOf({ check, message }: Failure): string {
  return `${check} ${message}`;
}
