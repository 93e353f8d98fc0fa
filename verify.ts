/** The property as one call, for any test runner: draws traces, checks every step, shrinks what fails and throws. */
import { CHECKS, isVisible, type Check } from './properties/checks/checks';
import { formatDrift } from './properties/drift';
import type { Failure } from './properties/failure';
import { runSuite } from './properties/suite';
import type { System } from './properties/system';
import type { Trace } from './properties/trace/trace';
import { formatTraceFile } from './properties/trace/traceFile';
import { shrink } from './shrinkers/shrink';
import { commandText } from './properties/trace/commandText';
import { trialOn } from './shrinkers/trial';

export interface VerifyOptions {
  /** Decides every trace; the same seed finds the same failure. Default 1. */
  readonly seed?: number;
  /** Traces to run. Default 500. */
  readonly traces?: number;
  /** Commands of the longest trace. Default 200. */
  readonly maxCommands?: number;
  /** Names of the checks to evaluate; all that the system's observations allow by default. */
  readonly checks?: readonly string[];
}

/** A trace on which the system failed, shrunk. */
export class TraceFailure extends Error {
  override readonly name = 'TraceFailure';

  constructor(
    message: string,
    readonly trace: Trace,
    readonly failure: Failure,
  ) {
    super(message);
  }
}

/**
 * Resolves if every check held after every step of every trace, and rejects with a `TraceFailure` that holds the
 * shortest failing trace if not.
 */
export async function verify(system: System, options: VerifyOptions = {}): Promise<void> {
  const { seed = 1, traces = 500, maxCommands = 200 } = options;
  const checks = checksOf(system, options.checks);
  const { found } = await runSuite({ system, checks, seed, traces, maxCommands });
  if (found === undefined) return;
  const { trace, failure } = await shrink(found.trace, found.failure, trialOn(system, checks));
  throw new TraceFailure(failureText(system.name, seed, trace, failure), trace, failure);
}

function checksOf(system: System, names: readonly string[] | undefined): readonly Check[] {
  for (const name of names ?? []) {
    if (!CHECKS.some((check) => check.name === name))
      throw new TypeError(`verify: ${name} is not a check; they are ${CHECKS.map((check) => check.name).join(', ')}`);
  }
  return CHECKS.filter((check) => isVisible(check, system) && (names?.includes(check.name) ?? true));
}

function failureText(system: string, seed: number, trace: Trace, failure: Failure): string {
  return [
    `${system}: ${failure.check}: ${failure.message} (seed ${seed})`,
    ...failure.drifts.slice(1).map((drift) => `  ${formatDrift(drift)}`),
    ...trace.commands.map(
      (command, i) => `  ${i + 1}  ${commandText(command)}${i === failure.step ? '   <- here' : ''}`,
    ),
    'as a trace file, for spancheck replay and explain:',
    formatTraceFile({ ...trace, system }),
  ].join('\n');
}
