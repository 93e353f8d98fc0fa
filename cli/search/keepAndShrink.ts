/** Shrinks a failing trace and keeps it: the file is there before the first try, and each smaller trace replaces it. */
import type { Check } from '../../properties/checks/checks';
import type { Failure, FailingTrace } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { isSlow } from '../../shrinkers/certify/probe';
import { shrinkAndCertify, type CertifiedShrink } from '../../shrinkers/certify/shrinkAndCertify';
import { shrinkOthers, type SearchForMore } from '../../shrinkers/otherBugs';
import { shrink, type ShrinkProgress, type Shrunk } from '../../shrinkers/shrink';
import { trialOn } from '../../shrinkers/trial';
import type { ProgressLine } from '../output/progressLine';
import type { Found, Other, Unwritten } from '../output/verdicts';
import { counterexamplePath, counterexampleText, keepCounterexample, type Provenance } from './counterexamples';
import type { Session } from './session';

/** A run shrinks a failing trace for this long at most. */
export const SHRINK_SECONDS = 30;

export interface KeepAndShrinkOptions {
  readonly session: Session;
  readonly progress: ProgressLine;
  readonly system: System;
  readonly checks: readonly Check[];
  readonly provenance: Provenance;
  /** Folder of the counterexamples, one file a failure. */
  readonly folder: string;
  /** File of the shrunk trace, if the failure does not choose it. */
  readonly file?: string | undefined;
  /** Time for shrinking; `SHRINK_SECONDS`. */
  readonly seconds?: number;
  /** Whether to search all shorter traces on a fast system, too; on a slow one the search is always short. */
  readonly isCertified?: boolean;
  /** Looks for other bugs once the first one is shrunk. */
  readonly searchForMore?: SearchForMore | undefined;
}

export interface KeptShrink {
  readonly found: Found;
  readonly shrunk: CertifiedShrink;
}

export async function keepAndShrink(failing: FailingTrace, options: KeepAndShrinkOptions): Promise<KeptShrink> {
  const { session, progress, system, checks, provenance, folder, searchForMore, seconds = SHRINK_SECONDS } = options;
  const file = options.file ?? counterexamplePath(folder, provenance, failing.failure);
  let problem = await keepCounterexample(file, provenance, failing.trace, failing.failure);
  const keep = async (trace: Trace, failure: Failure): Promise<void> => {
    problem = await keepCounterexample(file, provenance, trace, failure);
  };
  const trial = trialOn(system, checks);
  const shared = {
    isOver: session.deadline(seconds),
    onProgress: ({ commands, pass, tries }: ShrinkProgress) => progress.shrinking(commands, pass, tries),
    ops: system.ops,
  };
  const first = { ...shared, onSmaller: keep };
  const shrunk =
    options.isCertified === true || isSlow(system)
      ? await shrinkAndCertify(failing.trace, failing.failure, { ...first, system, checks, trial })
      : { ...(await shrink(failing.trace, failing.failure, trial, first)), certificate: undefined };
  await keep(shrunk.trace, shrunk.failure);
  const others = await keepOthers(await shrinkOthers(shrunk, trial, shared, searchForMore), folder, provenance);
  const found = {
    trace: shrunk.trace,
    failure: shrunk.failure,
    commandsBefore: failing.trace.commands.length,
    tries: shrunk.tries,
    isShrunk: shrunk.isComplete,
    certificate: shrunk.certificate?.statement,
    file,
    unwritten: unwritten(problem, provenance, shrunk),
    others,
  };
  return { found, shrunk };
}

async function keepOthers(all: readonly Shrunk[], folder: string, provenance: Provenance): Promise<readonly Other[]> {
  const others: Other[] = [];
  for (const { trace, failure } of all) {
    const file = counterexamplePath(folder, provenance, failure);
    const problem = await keepCounterexample(file, provenance, trace, failure);
    others.push({ trace, failure, file, unwritten: unwritten(problem, provenance, { trace, failure }) });
  }
  return others;
}

function unwritten(
  problem: string | undefined,
  provenance: Provenance,
  { trace, failure }: FailingTrace,
): Unwritten | undefined {
  return problem === undefined ? undefined : { problem, text: counterexampleText(provenance, trace, failure) };
}
