/** Shrinks a failing trace and keeps it: the file is there before the first try, and each smaller trace replaces it. */
import type { Check } from '../../properties/checks/checks';
import type { Failure, FailingTrace } from '../../properties/failure';
import type { System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { isSlow } from '../../shrinkers/certify/probe';
import { shrinkAndCertify, type CertifiedShrink } from '../../shrinkers/certify/shrinkAndCertify';
import { shrinkOthers, type SearchForMore } from '../../shrinkers/otherBugs';
import { shrink, type ShrinkProgress, type Shrunk } from '../../shrinkers/shrink';
import { endAbortedRun, trialOn } from '../../shrinkers/trial';
import type { ProgressLine } from '../output/progressLine';
import { escapeSource } from '../output/printable';
import type { Found, Other, Unwritten } from '../output/verdicts';
import { counterexamplePath, counterexampleText, keepCounterexample, type Provenance } from './counterexamples';
import type { Session } from './session';
import { untilOver } from './untilOver';

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
  /** Set to search all shorter traces on a fast system, too; on a slow one the search is always short. */
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
  let best: CertifiedShrink = { ...failing, ...UNFINISHED };
  let problem = await keepCounterexample(file, provenance, failing.trace, failing.failure);
  const keep = async (trace: Trace, failure: Failure): Promise<void> => {
    best = { ...best, trace, failure };
    problem = await keepCounterexample(file, provenance, trace, failure);
  };
  const trial = trialOn(system, checks);
  const isOver = session.deadline(seconds);
  const shared = {
    isOver,
    signal: session.abortAfter(seconds),
    onProgress: ({ commands, pass, tries }: ShrinkProgress) => {
      best = { ...best, tries };
      progress.shrinking(commands, pass, tries);
    },
    ops: system.ops,
  };
  const first = { ...shared, onSmaller: keep };
  const shrinking =
    options.isCertified === true || isSlow(system)
      ? shrinkAndCertify(failing.trace, failing.failure, { ...first, system, checks, trial })
      : shrink(failing.trace, failing.failure, trial, first).then((done) => ({ ...done, certificate: undefined }));
  // A system that hangs in the middle of a try answers too late, or never: then the best so far is the result.
  const shrunk = (await untilOver(shrinking, isOver, GRACE_MS))?.value ?? best;
  await keep(shrunk.trace, shrunk.failure);
  const searching = shrinkOthers(shrunk, trial, shared, searchForMore);
  const others = await keepOthers((await untilOver(searching, isOver, GRACE_MS))?.value ?? [], folder, provenance);
  // A try that hangs may still be under way; the system must be ready for what comes next.
  if (isOver()) await endAbortedRun(system);
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

const UNFINISHED = {
  tries: 0,
  isComplete: false,
  others: [],
  passes: [],
  rate: undefined,
  certificate: undefined,
} as const;

/** A try that is under way when the time is up may still end. */
const GRACE_MS = 500;

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
  return problem === undefined
    ? undefined
    : {
        problem,
        lines: escapeSource(counterexampleText(provenance, trace, failure))
          .trimEnd()
          .split('\n'),
      };
}
