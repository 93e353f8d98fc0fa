/** Shrinks, then looks for what is smaller still with a certificate's search, and shrinks that, until there is nothing. */
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { certify, type Certificate, type CertifyOptions } from './certificate';
import { sumOfPasses } from '../passStatistics';
import { shrink, type ShrinkOptions, type Shrunk } from '../shrink';

export interface CertifiedShrink extends Shrunk {
  /** Nothing if there was no time for it, or the failure does not repeat. */
  readonly certificate: Certificate | undefined;
}

/** Shrinks, certifies and shrinks again what the certificate's search finds, until it finds nothing smaller. */
export async function shrinkAndCertify(
  trace: Trace,
  failure: Failure,
  options: Omit<CertifyOptions, 'onProgress'> & ShrinkOptions,
): Promise<CertifiedShrink> {
  let shrunk = await shrink(trace, failure, options.trial, options);
  let tries = shrunk.tries;
  let { passes } = shrunk;
  const others = new Map(shrunk.others.map((other) => [other.failure.signature, other]));
  for (;;) {
    if (!shrunk.isComplete) return { ...shrunk, tries, passes, others: [...others.values()], certificate: undefined };
    const certificate = await certify(shrunk, {
      ...options,
      onProgress: (progress) =>
        options.onProgress?.({
          ...progress,
          commands: shrunk.trace.commands.length,
          pass: `certify: traces of ${progress.commands}`,
        }),
    });
    tries += certificate.tries;
    for (const other of certificate.others)
      if (!others.has(other.failure.signature)) others.set(other.failure.signature, other);
    const { smaller } = certificate;
    if (smaller === undefined) return { ...shrunk, tries, passes, others: [...others.values()], certificate };
    await options.onSmaller?.(smaller.trace, smaller.failure);
    shrunk = await shrink(smaller.trace, smaller.failure, options.trial, options);
    tries += shrunk.tries;
    passes = sumOfPasses(passes, shrunk.passes);
    for (const other of shrunk.others)
      if (!others.has(other.failure.signature)) others.set(other.failure.signature, other);
  }
}
