/** Searches for a fault in a real runtime, shrinks and certifies the failing trace, and runs Go's own tests on the fault. */
import { BadInputError } from '../../properties/input/badInput';
import { CHECKS, isVisible, type Check } from '../../properties/checks/checks';
import type { Trace } from '../../properties/trace/trace';
import { findReproducible } from '../../shrinkers/reproducible';
import { shrinkAndCertify } from '../../shrinkers/certify/shrinkAndCertify';
import { EnvironmentError } from '../../properties/input/environmentError';
import { goSystem, type GoSystem, type Toolchain } from '../../systems/go/goSystem';
import { runOwnTests, type OwnTests } from '../../systems/go/ownTests';
import type { FaultFile } from '../faultFile';
import { MAX_COMMANDS } from './findFailure';
import { trialOn } from '../../shrinkers/trial';

export interface GoKillOptions {
  readonly toolchain: Toolchain;
  readonly seed: number;
  /** A fault that is not found within so long has survived. */
  readonly seconds: number;
  /** Go's own tests on the runtime without a fault; without them they are not run. */
  readonly ownTests?: OwnTests | undefined;
  readonly cacheDir?: string | undefined;
  /** Returns true once the search should stop. */
  readonly isOver?: () => boolean;
  readonly onProgress?: (text: string) => void;
}

export interface GoKill {
  readonly fault: string;
  readonly origin: string;
  readonly kind?: string | undefined;
  readonly text: string;
  readonly isKilled: boolean;
  /** Why nothing is known: it does not fit the toolchain, or does not build into it. */
  readonly error?: string | undefined;
  /** The first check that did not hold, or the kind of death. `start`: the runtime is off before any command. */
  readonly check?: string | undefined;
  readonly message?: string | undefined;
  readonly steps: number;
  readonly seconds: number;
  readonly commandsBefore?: number | undefined;
  readonly shrunk?: Trace | undefined;
  readonly shrinkSeconds?: number | undefined;
  /** The certificate in words: what was searched for a smaller trace. */
  readonly certificate?: string | undefined;
  readonly isCertified?: boolean | undefined;
  /** Go's own tests that fail with the fault and not without it; nothing if they were not run. */
  readonly ownKills?: readonly string[] | undefined;
}

export async function killOnGo(fault: FaultFile, options: GoKillOptions): Promise<GoKill> {
  try {
    return await killed(fault, options);
  } catch (error) {
    // What does not build says nothing about the suite.
    if (!(error instanceof EnvironmentError || error instanceof BadInputError)) throw error;
    const { name, origin, kind, text } = fault;
    return { fault: name, origin, kind, text, isKilled: false, error: error.message, steps: 0, seconds: 0 };
  }
}

async function killed(fault: FaultFile, options: GoKillOptions): Promise<GoKill> {
  const { toolchain, cacheDir, onProgress, ownTests } = options;
  const { name, origin, kind, text, edits } = fault;
  onProgress?.('building');
  const placed = edits.map((edit, i) => ({ ...edit, place: `${name}: edits[${i}]` }));
  const system = await goSystem({ goroot: toolchain.goroot, cacheDir, edits: placed, stepTimeoutMs: STEP_TIMEOUT_MS });
  try {
    const found = await searched(system, options);
    onProgress?.("Go's own tests");
    const ownKills = ownTests && newlyFailing(ownTests, await runOwnTests(toolchain, { edits }));
    return { fault: name, origin, kind, text, ...found, ownKills };
  } finally {
    await system.close();
  }
}

/** A hundred times as long as the slowest step. Many shrink candidates of a planted bug hang, and each costs this long. */
const STEP_TIMEOUT_MS = 4_000;

/** The longest time to shrink a trace. */
const SHRINK_SECONDS = 120;

type KillOutcome = Omit<GoKill, 'fault' | 'origin' | 'kind' | 'text' | 'ownKills'>;

async function searched(system: GoSystem, { seed, seconds, isOver, onProgress }: GoKillOptions): Promise<KillOutcome> {
  const checks: readonly Check[] = CHECKS.filter((check) => isVisible(check, system));
  onProgress?.('searching');
  const started = performance.now();
  const isSearchOver = () => performance.now() - started > seconds * 1000 || (isOver?.() ?? false);
  const { found, steps } = await findReproducible({
    system,
    checks,
    seed,
    traces: 1_000_000,
    maxCommands: MAX_COMMANDS,
    isOver: isSearchOver,
  });
  const taken = secondsSince(started);
  if (found === undefined) {
    const { driftAtStart } = system;
    return {
      isKilled: driftAtStart !== undefined,
      check: driftAtStart && 'start',
      message: driftAtStart,
      steps,
      seconds: taken,
    };
  }
  const shrinkStarted = performance.now();
  const { trace, failure, certificate } = await shrinkAndCertify(found.trace, found.failure, {
    system,
    checks,
    ops: system.ops,
    trial: trialOn(system, checks),
    isOver: () => secondsSince(shrinkStarted) > SHRINK_SECONDS || (isOver?.() ?? false),
    onProgress: ({ commands }) => onProgress?.(`shrinking: ${commands} commands left`),
  });
  return {
    isKilled: true,
    check: failure.check,
    message: failure.message,
    steps,
    seconds: taken,
    commandsBefore: found.trace.commands.length,
    shrunk: trace,
    shrinkSeconds: secondsSince(shrinkStarted),
    certificate: certificate?.statement,
    isCertified: certificate?.isComplete === true,
  };
}

function newlyFailing(clean: OwnTests, faulty: OwnTests): readonly string[] {
  const failed = faulty.failed.filter((test) => !clean.failed.includes(test));
  return faulty.death === undefined || clean.death !== undefined ? failed : [...failed, faulty.death];
}

function secondsSince(startMs: number): number {
  return (performance.now() - startMs) / 1000;
}
