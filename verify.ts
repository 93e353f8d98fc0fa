/** The property as one call, for any test runner: draws traces, checks every step, shrinks what fails and throws. */
import { CHECKS } from './properties/checks/checks';
import { formatDrift } from './properties/drift';
import type { Failure, FailingTrace } from './properties/failure';
import { outcomeOf } from './properties/evaluation';
import type { PublishedField } from './properties/publishedFields';
import { runSuite, type SuiteResult } from './properties/suite';
import type { System } from './properties/system';
import { commandText } from './properties/trace/commandText';
import type { Op } from './properties/trace/command';
import type { Trace } from './properties/trace/trace';
import { formatTraceFile } from './properties/trace/traceFile';
import { shrink } from './shrinkers/shrink';
import { trialOn } from './shrinkers/trial';
import { assertSystem, resolveOptions, type ResolvedOptions, type VerifyOptions } from './verifyOptions';

/** The account of a run in which every check held. */
export interface VerifyResult {
  /** Traces that ran, examples included. */
  readonly traces: number;
  /** Steps after which the checks were evaluated. */
  readonly steps: number;
  /** Why the run ended: all traces had run, or `timeMs` was over. */
  readonly endedBy: 'traces' | 'time';
  /** Names of the checks that compared something, at one step or more. */
  readonly checksRun: readonly string[];
  /** The checks that were not, with what the system would have to show; no `needs` if `checks` left it out. */
  readonly checksNotRun: readonly { readonly name: string; readonly needs: readonly string[] }[];
  /** Fields of `MemStats` that no check compared. */
  readonly figuresNotCompared: readonly PublishedField[];
  /** The number of times each command was applied, and of steps that reached each of the states that bugs hide in. */
  readonly coverage: {
    readonly ops: readonly { readonly op: Op; readonly applied: number }[];
    readonly states: readonly { readonly name: string; readonly steps: number }[];
  };
}

/** Thrown by {@link verify} when a check fails or the system dies; holds the shortest failing trace that was found. */
export class TraceFailure extends Error {
  override readonly name = 'TraceFailure';

  constructor(
    message: string,
    /** The trace, shrunk. */
    readonly trace: Trace,
    /** The failure that the trace ends in. */
    readonly failure: Failure,
  ) {
    super(message);
  }
}

/**
 * Draws traces, runs them on the system, and evaluates the checks after every step.
 *
 * Resolves with an account of the run if every check held after every step. Rejects with a {@link TraceFailure} that holds
 * the shortest failing trace if one did not, with a `TypeError` if an option is wrong, and with an `Error` if nothing was
 * checked.
 *
 * By default it draws 500 traces of up to 200 commands, and begins no further trace after two seconds if 1,000 steps were
 * judged by then.
 *
 * @example
 * ```ts
 * test('the counters equal a rescan after every step', () => verify(modelSystem()));
 * ```
 */
export async function verify(system: System, options: VerifyOptions = {}): Promise<VerifyResult> {
  assertSystem(system);
  const resolved = resolveOptions(system, options);
  const { seed, traces, maxCommands, timeMs, minSteps, checks, examples, onProgress } = resolved;
  const endMs = performance.now() + timeMs;
  let steps = 0;
  let isTimeUp = false;
  const result = await runSuite({
    system,
    checks,
    seed,
    traces,
    maxCommands,
    examples,
    isOver: () => (isTimeUp = steps >= minSteps && performance.now() >= endMs),
    onTrace: (progress) => {
      steps = progress.steps;
      onProgress(progress);
    },
  });
  if (result.found !== undefined) throw await shrunkFailure(system, resolved, result.found);
  if (outcomeOf(result) === 'unchecked')
    throw new Error(
      `verify: ${system.name}: nothing was checked: in ${result.steps} steps of ${result.traces} traces ` +
        `none of ${checks.map(({ name }) => name).join(', ')} compared anything`,
    );
  const isComplete = result.traces >= traces + examples.length;
  return account(result, isTimeUp && !isComplete ? 'time' : 'traces');
}

async function shrunkFailure(
  system: System,
  { checks, seed, timeMs }: ResolvedOptions,
  found: FailingTrace,
): Promise<TraceFailure> {
  const endMs = performance.now() + timeMs;
  const { trace, failure } = await shrink(found.trace, found.failure, trialOn(system, checks), {
    ops: system.ops,
    isOver: () => performance.now() >= endMs,
  });
  return new TraceFailure(failureText(system, seed, trace, failure), trace, failure);
}

function account({ traces, steps, coverage, evaluation }: SuiteResult, endedBy: VerifyResult['endedBy']): VerifyResult {
  const ran = evaluation.checksRun.filter((check) => check.steps > 0).map(({ name }) => name);
  return {
    traces,
    steps,
    endedBy,
    checksRun: ran,
    checksNotRun: CHECKS.filter(({ name }) => !ran.includes(name)).map(({ name }) => ({
      name,
      needs: evaluation.checksNotRun.find((check) => check.name === name)?.needs ?? [],
    })),
    figuresNotCompared: evaluation.figuresNotCompared,
    coverage: { ops: coverage.ops(), states: coverage.states() },
  };
}

function failureText(system: System, seed: number, trace: Trace, failure: Failure): string {
  return [
    `${system.name}: ${failure.check}: ${failure.message} (seed ${seed})`,
    ...failure.drifts.slice(1).map((drift) => `  ${formatDrift(drift)}`),
    ...trace.commands.map(
      (command, i) => `  ${i + 1}  ${commandText(command)}${i === failure.step ? '   <- here' : ''}`,
    ),
    canReplay(system)
      ? 'as a trace file, for spancheck replay and explain:'
      : "as a trace file, to run again first: verify(system, { examples: [parseTraceFile(text, 'trace.json')] })",
    formatTraceFile({ ...trace, system: system.name }),
  ].join('\n');
}

/** Returns whether the command line can open the system by its name: one in this process it cannot. */
function canReplay({ name, isAsync }: System): boolean {
  return isAsync && (name === 'go' || name.startsWith('exec:'));
}
