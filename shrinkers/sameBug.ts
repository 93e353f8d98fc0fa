/**
 * Whether two failures are the same bug. Equal signatures are. But one bug is noticed by several ops (a flush by
 * readMemStats, gcStart or setProcs) and by several checks at once, and it must end in one trace all the
 * same; so two failures with the same evidence are the same bug, too.
 */
import { CACHED } from '../model/events';
import { TINY_SIZE_CLASS } from '../model/sizeclasses';
import type { Drift } from '../properties/drift';
import { READ } from '../properties/checks/flushedDrifts';
import { kindOf, type Failure, type Finding, type FailingTrace } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';

/** What a signature says besides the op that noticed. */
export function kindOfFailure({ signature, op }: Failure): string {
  return signature.slice(0, -op.length - 1);
}

/** Whether what `candidate` shows is what `known` shows. */
export function isSameBug(known: FailingTrace, candidate: FailingTrace): boolean {
  if (candidate.failure.signature === known.failure.signature) return true;
  return isEarlierInTheStep(known, candidate) || isSameEvidence(known, candidate);
}

/**
 * The same commands, but of the last one only the beginning: a smaller count, or of one allocation that needed
 * another span the refill alone. What fails there failed in the longer step, too, before that ended as it did.
 */
function isEarlierInTheStep({ trace, failure }: FailingTrace, candidate: FailingTrace): boolean {
  if (!differOnlyInTheLast(trace, candidate.trace)) return false;
  const last = trace.commands[trace.commands.length - 1];
  const other = candidate.trace.commands[candidate.trace.commands.length - 1];
  if (last.op === 'smallAlloc' && other.op === 'smallAlloc') {
    return last.class === other.class && last.p === other.p && other.count < last.count;
  }
  const sizeclass =
    last.op === 'smallAlloc' && last.count === 1 ? last.class : last.op === 'tinyAlloc' ? TINY_SIZE_CLASS : 0;
  if (other.op !== 'cacheSpan' || other.class !== sizeclass || !('p' in last) || last.p !== other.p) return false;
  return (failure.flows & (1 << CACHED)) !== 0;
}

/**
 * The first thing that the candidate shows is among all that the known failure shows: the same check, the same
 * counters by the same amounts, by the same flow of the allocator (a span uncached, swept, …). Where flows are not
 * told, the commands before the last must be the same. Another bug that moves the same counters by the same
 * amounts in the same flow is next to impossible.
 */
function isSameEvidence(known: FailingTrace, candidate: FailingTrace): boolean {
  const hasSameFlow = (flowsOf(known.failure) & flowsOf(candidate.failure)) !== 0;
  if (!hasSameFlow && !differOnlyInTheLast(known.trace, candidate.trace)) return false;
  const [finding] = candidate.failure.findings;
  if (finding !== undefined) return known.failure.findings.some((other) => isSameFinding(finding, other));
  return known.failure.findings.length === 0 && deathOf(known.failure) === deathOf(candidate.failure);
}

/** Kinds of moves, and whether the Ps' local counts were flushed, which moves no span. */
function flowsOf({ flows, op }: Failure): number {
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
  return drifts.length === others.length && drifts.every((drift, i) => isSameDrift(drift, others[i]));
}

/** Without what a read publishes, if there is more: that follows, and a flush without a read cannot show it. */
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
