/** What becomes of one planted fault: hunted with several seeds, in several ways, and its first catch shrunk. */
import { CHECKS, type Check } from '../../properties/checks/checks';
import { SyncJudge } from '../../properties/judge';
import type { SyncSystem } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { certify } from '../../shrinkers/certify/certificate';
import { shrink } from '../../shrinkers/shrink';
import { modelSystem } from '../../systems/model';
import type { Fault } from '../fault';
import type { Witness } from '../faultFile';
import { hunt, tracesFor, type Prey } from './hunt';
import { plantModel } from '../plantModel';
import { checksAtReads, withReads } from './readingSuite';
import { witnessesOf } from './witness';
import { syncTrial } from '../../shrinkers/trial';

/** How the fault is hunted: by the suite, by counters against rescan alone, or by a suite that reads after every step. */
export type Way = 'suite' | 'rescan' | 'reads';

export interface KillTask {
  readonly fault: Fault;
  readonly way: Way;
  readonly seeds: readonly number[];
  /** Names of the checks that are on; all if left out. */
  readonly checks?: readonly string[] | undefined;
  readonly budgetSteps: number;
  /** Whether the first catch is shrunk. */
  readonly isShrunk: boolean;
}

/** One hunt. */
export interface Kill {
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  /** The first check that did not hold, or the kind of death; nothing if the fault survived. */
  readonly check?: string | undefined;
  /** All who saw it at that step. */
  readonly seenBy: readonly Witness[];
}

export interface KillResult {
  readonly fault: string;
  readonly way: Way;
  readonly kills: readonly Kill[];
  readonly shrunk?: ShrunkCatch | undefined;
}

/** The smallest trace that shows a fault. */
export interface ShrunkCatch extends Prey {
  readonly tries: number;
  /** Whether all shorter traces were tried and none shows it. */
  readonly isCertified: boolean;
}

/** Called by the worker; what it answers is plain data. */
export async function kill(task: KillTask): Promise<KillResult> {
  const { fault, way, seeds, budgetSteps } = task;
  const system = modelSystem(plantModel(fault));
  const checks = checksOf(task);
  const arbitrary = way === 'reads' ? tracesFor(system).map(withReads) : tracesFor(system);
  const kills: Kill[] = [];
  let first: Prey | undefined;
  for (const seed of seeds) {
    const startMs = performance.now();
    const { steps, caught } = hunt(system, checks, seed, budgetSteps, arbitrary);
    kills.push({
      seed,
      steps,
      seconds: (performance.now() - startMs) / 1000,
      check: caught?.failure.check,
      seenBy: caught === undefined ? [] : witnessesOf(caught.failure),
    });
    first ??= caught;
  }
  const shrunk = task.isShrunk && first !== undefined ? await shrunkCatch(system, checks, first) : undefined;
  return { fault: fault.name, way, kills, shrunk };
}

function checksOf({ way, checks: names }: KillTask): readonly Check[] {
  const chosen = names === undefined ? CHECKS : CHECKS.filter(({ name }) => names.includes(name));
  if (way === 'rescan') return CHECKS.filter(({ name }) => name === 'rescan');
  return way === 'reads' ? checksAtReads(chosen) : chosen;
}

/**
 * Work of one shrink and of one certificate, at the most: a limit in time would not end in the same place twice.
 * A unit is a command, or sixty objects of one.
 */
const MAX_SHRINK_WORK = 400_000;
const MAX_CERTIFICATE_WORK = 100_000;
const OBJECTS_PER_UNIT = 60;

/** Shrinks, and where the certificate finds something shorter, shrinks from there. */
async function shrunkCatch(system: SyncSystem, checks: readonly Check[], caught: Prey): Promise<ShrunkCatch> {
  const judge = new SyncJudge(system, { checks, isThorough: true });
  let work = 0;
  const trial = syncTrial((candidate) => {
    work += workOf(candidate);
    return judge.run(candidate).failure;
  });
  let { trace, failure } = caught;
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
