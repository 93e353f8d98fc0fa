/**
 * Other bugs beside the one that was shrunk: those that the shrinker met on its way, and what a further search finds,
 * each shrunk for itself. A bug that shows in several ways is told from several bugs by what its failing step shows:
 * a failure of which all findings are known is not told again.
 */
import { kindOf, type Failure, type FailingTrace } from '../properties/failure';
import { compare, isSmaller } from './order';
import { kindOfFailure } from './sameBug';
import { shrink, type Shrunk, type ShrinkOptions } from './shrink';
import type { Trial } from './trial';

/** More than that are not followed: who has as many bugs mends the first ones first. */
const MOST = 3;

/** A further search: a failing trace whose failure is not known, if it finds one. */
export type SearchForMore = (
  isKnown: (failure: Failure) => boolean,
) => FailingTrace | undefined | Promise<FailingTrace | undefined>;

export async function shrinkOthers(
  first: Shrunk,
  trial: Trial,
  options: ShrinkOptions,
  search?: SearchForMore,
): Promise<readonly Shrunk[]> {
  const found: Shrunk[] = [];
  const known = new Set(kindsOf(first.failure));
  const isKnown = (failure: Failure): boolean => kindsOf(failure).every((kind) => known.has(kind));
  const met = [...first.others].toSorted((left, right) => compare(left.trace, right.trace));
  while (found.length < MOST && options.isOver?.() !== true) {
    const next = met.shift() ?? (await search?.(isKnown));
    if (next === undefined) break;
    if (isKnown(next.failure)) continue;
    const shrunk = await shrink(next.trace, next.failure, trial, options);
    for (const failure of [next.failure, shrunk.failure]) for (const kind of kindsOf(failure)) known.add(kind);
    if ([first, ...found].some(({ trace }) => compare(trace, shrunk.trace) === 0)) continue;
    found.push(shrunk);
    // What this one met is no news where something smaller showed it before.
    for (const other of shrunk.others) {
      const at = met.findIndex(({ failure }) => failure.signature === other.failure.signature);
      if (at < 0) met.push(other);
      else if (isSmaller(other.trace, met[at].trace)) met[at] = other;
    }
  }
  return found;
}

/** Check, counter and sign of all that the failing step shows; of a death its words. */
function kindsOf(failure: Failure): readonly string[] {
  return failure.findings.length === 0 ? [kindOfFailure(failure)] : failure.findings.map(kindOf);
}
