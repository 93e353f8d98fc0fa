/** Searches for one planted fault with several seeds and several suites, and shrinks the first failing trace. */
import { CHECKS, type Check } from '../../properties/checks/checks';
import { SyncJudge } from '../../properties/judge';
import type { SyncSystem } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { certify } from '../../shrinkers/certify/certificate';
import { shrink } from '../../shrinkers/shrink';
import { modelSystem } from '../../systems/model';
import type { Fault } from '../fault';
import type { Witness } from '../faultFile';
import { findFailure, tracesFor } from './findFailure';
import { plantModel } from '../plantModel';
import { checksAtReads, withReads } from './readingSuite';
import { witnessesOf } from './witness';
import { syncTrial } from '../../shrinkers/trial';
import type { FailingTrace } from '../../properties/failure';

/** The suite that searches: all checks, counters against rescan alone, or one that reads after every step. */
export type Way = 'suite' | 'rescan' | 'reads';

export interface KillTask {
  readonly fault: Fault;
  readonly way: Way;
  readonly seeds: readonly number[];
  /** Names of the checks to evaluate; all if left out. */
  readonly checks?: readonly string[] | undefined;
  readonly budgetSteps: number;
  /** True to shrink the first failing trace. */
  readonly isShrunk: boolean;
}

/** The search with one seed. */
export interface Kill {
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  /** The first check that failed, or the kind of death; undefined if the fault survived. */
  readonly check?: string | undefined;
  /** Every witness that saw it at that step. */
  readonly seenBy: readonly Witness[];
}

export interface KillResult {
  readonly fault: string;
  readonly way: Way;
  readonly kills: readonly Kill[];
  readonly shrunk?: ShrunkKill | undefined;
}

/** The smallest trace that shows a fault. */
export interface ShrunkKill extends FailingTrace {
  readonly tries: number;
  /** True if every shorter trace was tried and none shows the fault. */
  readonly isCertified: boolean;
}

/** Runs one task. A worker thread calls it, so the result is plain data. */
export async function kill(task: KillTask): Promise<KillResult> {
  const { fault, way, seeds, budgetSteps } = task;
  const system = modelSystem(plantModel(fault));
  const checks = checksOf(task);
  const arbitrary = way === 'reads' ? tracesFor(system).map(withReads) : tracesFor(system);
  const kills: Kill[] = [];
  let first: FailingTrace | undefined;
  for (const seed of seeds) {
    const startMs = performance.now();
    const { steps, found } = findFailure(system, checks, seed, budgetSteps, arbitrary);
    kills.push({
      seed,
      steps,
      seconds: (performance.now() - startMs) / 1000,
      check: found?.failure.check,
      seenBy: found === undefined ? [] : witnessesOf(found.failure),
    });
    first ??= found;
  }
  const shrunk = task.isShrunk && first !== undefined ? await shrinkKill(system, checks, first) : undefined;
  return { fault: fault.name, way, kills, shrunk };
}

function checksOf({ way, checks: names }: KillTask): readonly Check[] {
  const chosen = names === undefined ? CHECKS : CHECKS.filter(({ name }) => names.includes(name));
  if (way === 'rescan') return CHECKS.filter(({ name }) => name === 'rescan');
  return way === 'reads' ? checksAtReads(chosen) : chosen;
}

/**
 * The most work that one shrink and one certificate may take. A limit in time would end in a different place each run.
 * A unit is a command, or sixty objects of one.
 */
const MAX_SHRINK_WORK = 400_000;
const MAX_CERTIFICATE_WORK = 100_000;
const OBJECTS_PER_UNIT = 60;

/** Shrinks a failing trace; where the certificate finds a shorter one, shrinks on from there. */
async function shrinkKill(system: SyncSystem, checks: readonly Check[], found: FailingTrace): Promise<ShrunkKill> {
  const judge = new SyncJudge(system, { checks, isThorough: true });
  let work = 0;
  const trial = syncTrial((candidate) => {
    work += workOf(candidate);
    return judge.run(candidate).failure;
  });
  let { trace, failure } = found;
  let tries = 0;
  for (;;) {
    const shrunk = await shrink(trace, failure, trial, { isOver: () => work > MAX_SHRINK_WORK });
    tries += shrunk.tries;
    const maxTries = MAX_CERTIFICATE_WORK / workOf(shrunk.trace);
    let certified = 0;
    const certificate = await certify(shrunk, {
      system,
      checks,
      trial,
      onProgress: (progress) => (certified = progress.tries),
      isOver: () => certified > maxTries,
    });
    ({ trace, failure } = certificate.smaller ?? shrunk);
    if (certificate.smaller === undefined || work > MAX_SHRINK_WORK)
      return { trace, failure, tries, isCertified: certificate.isComplete };
  }
}

function workOf({ commands }: Trace): number {
  return commands.reduce((sum, command) => sum + 1 + ('count' in command ? command.count / OBJECTS_PER_UNIT : 0), 0);
}
