/** One round of candidates, as fast-check's own shrinking asks for them. */
import { COMMON_OPS } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { PASSES } from './passes/passes';

/** Traces smaller than this one, the most promising first; each applies throughout. */
export function* shrinkCandidates(trace: Trace): Iterable<Trace> {
  for (const { pass } of PASSES) {
    for (const candidate of pass(trace, COMMON_OPS)) if (isApplicable(candidate)) yield candidate;
  }
}
