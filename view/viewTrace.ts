/** Turns a trace and its system into the data of a page: the run itself, and those to compare it with. */
import type { Check } from '../properties/checks/checks';
import type { Failure } from '../properties/failure';
import { judgeOf } from '../properties/judge';
import type { SteppedSystem, System } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { without } from '../shrinkers/edit';
import { explain, type Explanation } from '../shrinkers/explain/explain';
import { trialOn } from '../shrinkers/trial';
import { recordRun } from './recordRun';
import type { ViewFailure, ViewRun } from './viewData';

export interface ViewOptions {
  readonly system: System;
  readonly checks: readonly Check[];
  /** The same allocator without a fault. */
  readonly reference?: SteppedSystem | undefined;
  /** A deadline or Ctrl-C; the page then lacks the comparisons that were not run. */
  readonly isOver?: (() => boolean) | undefined;
}

/** The page compares a trace of up to this many commands with the trace without each of them, and with its passing twin. */
const MAX_COMPARED_COMMANDS = 40;

/** An audit of every span after every step takes minutes in a longer one. */
const MAX_THOROUGH_COMMANDS = 5000;

/** Runs the trace, and if it is short and fails, its nearest passing twin and the trace without each command. */
export async function viewTrace(trace: Trace, options: ViewOptions): Promise<readonly [ViewRun, ...ViewRun[]]> {
  const { system, reference } = options;
  const failure = await failureOn(trace, options);
  const shown = failure === undefined ? trace : { ...trace, commands: trace.commands.slice(0, failure.step + 1) };
  const run = await recordRun({ kind: 'trace', label: 'this trace' }, shown, system, reference);
  const cut = { ...run, commandsCut: trace.commands.length - shown.commands.length };
  if (failure === undefined) return [cut];
  const isCompared = shown.commands.length <= MAX_COMPARED_COMMANDS;
  const explained = isCompared ? await explain(shown, options) : undefined;
  return [explainedRun(cut, failure, explained), ...(isCompared ? await comparedRuns(shown, explained, options) : [])];
}

/** A long trace is audited now and then; if it fails, the judge finds the step that corrupts. */
async function failureOn(trace: Trace, { system, checks }: ViewOptions): Promise<Failure | undefined> {
  if (trace.commands.length <= MAX_THOROUGH_COMMANDS) return trialOn(system, checks).run(trace);
  return (await judgeOf(system, { checks }).run(trace)).failure;
}

function explainedRun(run: ViewRun, failure: Failure, explained: Explanation | undefined): ViewRun {
  return {
    ...run,
    failure: failureOf(failure, explained?.equals),
    corruptingStep: run.corruptingStep ?? explained?.corruptingStep ?? failure.step,
    commands:
      explained === undefined
        ? run.commands
        : { ...run.commands, without: explained.steps.map((step) => step.without ?? '') },
  };
}

async function comparedRuns(
  trace: Trace,
  explained: Explanation | undefined,
  { system, checks, reference, isOver }: ViewOptions,
): Promise<readonly ViewRun[]> {
  const runs: ViewRun[] = [];
  const twin = explained?.nearestPassing;
  if (twin !== undefined)
    runs.push(await recordRun({ kind: 'twin', label: twin.difference }, twin.trace, system, reference));
  for (const k of trace.commands.keys()) {
    if (isOver?.() === true) break;
    const rest = without(trace, (i) => i === k);
    if (rest.commands.length === 0) continue;
    const failure = await trialOn(system, checks).run(rest);
    const run = await recordRun({ kind: 'without', label: `without command ${k + 1}` }, rest, system, reference);
    runs.push(failure === undefined ? run : { ...run, failure: failureOf(failure, undefined) });
  }
  return runs;
}

function failureOf({ step, check, message, also }: Failure, equals: string | undefined): ViewFailure {
  return { step, check, message, also, equals };
}
