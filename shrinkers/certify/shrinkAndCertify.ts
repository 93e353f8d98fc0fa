/**
 * Shrinks a failing trace, then searches for a smaller one that the passes missed, and shrinks on from there, until the
 * search finds nothing.
 */
import type { FailingTrace } from '../../properties/failure';
import { certify, type Certificate, type CertifyOptions } from './certificate';
import { sumOfPasses, type PassStatistics } from '../passStatistics';
import { shrink, type ShrinkOptions, type Shrunk } from '../shrink';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';

export interface CertifiedShrink extends Shrunk {
  /** Undefined if time ran out during shrinking, or if the failure does not repeat. */
  readonly certificate: Certificate | undefined;
}

export type ShrinkAndCertifyOptions = Omit<CertifyOptions, 'onProgress'> & ShrinkOptions;

/** Returns the smallest trace that passes and search find, the other bugs met on the way, and the last certificate. */
export async function shrinkAndCertify(
  trace: Trace,
  failure: Failure,
  options: ShrinkAndCertifyOptions,
): Promise<CertifiedShrink> {
  const others = new Map<string, FailingTrace>();
  let tries = 0;
  let passes: readonly PassStatistics[] = [];
  for (let best: FailingTrace = { trace, failure }; ;) {
    const shrunk = await shrink(best.trace, best.failure, options.trial, options);
    tries += shrunk.tries;
    passes = passes.length === 0 ? shrunk.passes : sumOfPasses(passes, shrunk.passes);
    keepFirst(others, shrunk.others);
    if (!shrunk.isComplete) return { ...shrunk, tries, passes, others: [...others.values()], certificate: undefined };
    const certificate = await certify(shrunk, withProgressOf(options, shrunk));
    tries += certificate.tries;
    keepFirst(others, certificate.others);
    const { smaller } = certificate;
    if (smaller === undefined) return { ...shrunk, tries, passes, others: [...others.values()], certificate };
    await options.onSmaller?.(smaller.trace, smaller.failure);
    best = smaller;
  }
}

/** The first trace of a signature is the smallest that was met, or close to it. */
function keepFirst(others: Map<string, FailingTrace>, found: readonly FailingTrace[]): void {
  for (const other of found) {
    const { signature } = other.failure;
    if (!others.has(signature)) others.set(signature, other);
  }
}

/** The options, with the search shown as one more pass of the shrink. */
function withProgressOf(options: ShrinkAndCertifyOptions, { trace }: FailingTrace): CertifyOptions {
  const { length } = trace.commands;
  return {
    ...options,
    onProgress: ({ commands, tries }) =>
      options.onProgress?.({ commands: length, pass: `certify: traces of ${commands}`, tries }),
  };
}
