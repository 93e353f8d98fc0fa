/** One round of candidates, in the form that fast-check's own shrinking takes. */
import type { Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { PASSES } from './passes/passes';

/** Yields the applicable candidates of every pass in turn; all are smaller, and have no ops but those of the system. */
export function* shrinkCandidates(trace: Trace, ops: ReadonlySet<Op>): Iterable<Trace> {
  for (const { pass } of PASSES) {
    for (const candidate of pass(trace, ops)) if (isApplicable(candidate)) yield candidate;
  }
}
