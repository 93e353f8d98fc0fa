/** One round of candidates, as fast-check's own shrinking asks for them. */
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { PASSES } from './passes/passes';
import { isPerformable, type Abilities } from './performable';

/** Yields smaller traces that apply throughout and that the system can perform, the most promising first. */
export function* shrinkCandidates(trace: Trace, system: Abilities): Iterable<Trace> {
  for (const { pass } of PASSES) {
    for (const candidate of pass(trace, system.ops))
      if (isApplicable(candidate) && isPerformable(system, candidate)) yield candidate;
  }
}
