/** The candidates of one round of shrinking, for fast-check's own shrinking loop. */
import { COMMON_OPS, type Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { highestProcs } from './alphabet';
import { isApplicable } from './applicable';
import { PASSES } from './passes/passes';

/** The ops and Ps that a candidate may use. */
export interface CandidateBounds {
  readonly ops: ReadonlySet<Op>;
  readonly maxProcs: number;
}

/**
 * Yields traces smaller than `trace`, the most promising first. Every command of each applies, is one of `ops`, and runs on
 * at most `maxProcs` Ps.
 */
export function* shrinkCandidates(
  trace: Trace,
  { ops, maxProcs }: CandidateBounds = { ops: COMMON_OPS, maxProcs: Infinity },
): Iterable<Trace> {
  for (const { pass } of PASSES) {
    for (const candidate of pass(trace, ops)) {
      const isWithinBounds = candidate.commands.every(({ op }) => ops.has(op)) && highestProcs(candidate) <= maxProcs;
      if (isWithinBounds && isApplicable(candidate)) yield candidate;
    }
  }
}
