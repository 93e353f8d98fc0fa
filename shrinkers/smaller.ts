/** One round of candidates, as fast-check's own shrinking asks for them. */
import { COMMON_OPS } from '../properties/command';
import type { Trace } from '../properties/trace';
import { isApplicable } from './applicable';
import { PASSES } from './passes';

/** Traces smaller than this one, the most promising first; each applies throughout. */
export function* smaller(trace: Trace): Iterable<Trace> {
  for (const { pass } of PASSES) {
    for (const candidate of pass(trace, COMMON_OPS)) if (isApplicable(candidate)) yield candidate;
  }
}
