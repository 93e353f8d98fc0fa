/**
 * Other bugs beside the one that was shrunk: those that the shrinker met on its way and those that a further search
 * finds, each shrunk to a trace of its own. One bug may show in several ways, so a failure counts as another bug only if
 * its step has a finding that is not known yet.
 */
import { kindOf, type Failure, type FailingTrace } from '../properties/failure';
import { compare, isSmaller } from './order';
import { kindOfFailure } from './sameBug';
import { isOver, shrink, type Shrunk, type ShrinkOptions } from './shrink';
import type { Trial } from './trial';

/** The most other bugs to shrink. A user with more of them should fix these first. */
const MAX_OTHERS = 3;

/** A further search. Returns a failing trace whose failure is not known, or undefined if it finds none. */
export type SearchForMore = (
  isKnown: (failure: Failure) => boolean,
) => FailingTrace | undefined | Promise<FailingTrace | undefined>;

/** Shrinks the other bugs that `first` met, then those that `search` finds. */
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
  while (found.length < MAX_OTHERS && !isOver(options)) {
    const next = met.shift() ?? (await search?.(isKnown));
    if (next === undefined) break;
    if (isKnown(next.failure)) continue;
    const shrunk = await shrink(next.trace, next.failure, trial, options);
    for (const failure of [next.failure, shrunk.failure]) for (const kind of kindsOf(failure)) known.add(kind);
    if ([first, ...found].some(({ trace }) => compare(trace, shrunk.trace) === 0)) continue;
    found.push(shrunk);
    // A bug met again replaces the trace of the first meeting only if the new trace is smaller.
    for (const other of shrunk.others) {
      const index = met.findIndex(({ failure }) => failure.signature === other.failure.signature);
      const before: FailingTrace | undefined = met[index];
      if (before === undefined) met.push(other);
      else if (isSmaller(other.trace, before.trace)) met[index] = other;
    }
  }
  return found;
}

/** Returns check, counter and sign of every finding of the failing step; for a death, its message. */
function kindsOf(failure: Failure): readonly string[] {
  return failure.findings.length === 0 ? [kindOfFailure(failure)] : failure.findings.map(kindOf);
}
