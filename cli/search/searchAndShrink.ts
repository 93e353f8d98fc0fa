/** One system under the suite: search, keep what is found, shrink it, keep what is smaller. */
import type { Fault } from '../../faults/fault';
import { isVisible, type Check } from '../../properties/checks/checks';
import { runSuite } from '../../properties/suite';
import type { System } from '../../properties/system';
import type { RecordedRuntime } from '../../properties/trace/traceFile';
import type { SearchForMore } from '../../shrinkers/otherBugs';
import { searchInJobs } from './jobs';
import { keepAndShrink } from './keepAndShrink';
import type { SystemChoice } from '../input/openSystem';
import type { ProgressLine } from '../output/progressLine';
import { searchInThread, type SearchResult } from './search';
import { secondsSince, type Session } from './session';
import { names, type SystemVerdict } from '../output/verdicts';

/** Traces that are drawn for another bug, and for how long at the most. */
const OTHER_TRACES = 100;
const OTHER_SECONDS = 2;

export interface SearchAndShrinkOptions {
  readonly system: System;
  readonly note?: string | undefined;
  readonly checks: readonly Check[];
  readonly plant?: Fault | undefined;
  /** The Go runtime, as counterexamples record it. */
  readonly runtime?: RecordedRuntime | undefined;
  readonly seed: number;
  readonly traces: number;
  readonly maxCommands: number;
  readonly seconds: number;
  readonly folder: string;
  /** Searched in several threads: how many, and how each opens a system of its own. */
  readonly inJobs?: { readonly jobs: number; readonly choice: SystemChoice } | undefined;
  /** The words of a command line that names the system and all that is not said by the numbers here. */
  readonly repeatWords: readonly string[];
  /** Those of them that replay and explain need, too. */
  readonly runtimeWords?: readonly string[];
}

export async function searchAndShrink(
  session: Session,
  progress: ProgressLine,
  options: SearchAndShrinkOptions,
): Promise<SystemVerdict> {
  const { system, maxCommands } = options;
  const checks = options.checks.filter((check) => isVisible(check, system));
  const startMs = performance.now();
  const result = await searchFor(session, progress, options, checks);
  const seconds = secondsSince(startMs);
  // A second bug may hide behind the first: a few more traces are drawn for what fails in another way.
  const searchOthers: SearchForMore = async (isKnown) => {
    const isSearchOver = session.deadline(OTHER_SECONDS);
    return (
      await runSuite({
        system,
        checks,
        seed: result.seed,
        traces: OTHER_TRACES,
        maxCommands,
        isKnown,
        isOver: isSearchOver,
        onTrace: () => session.breathe(),
      })
    ).found;
  };
  const { plant, runtime } = options;
  const provenance = { system: system.name, seed: result.seed, checks: names(checks), plant, runtime };
  const { folder } = options;
  const keeping = { session, progress, system, checks, provenance, folder, searchForMore: searchOthers };
  const found = result.found && (await keepAndShrink(result.found, keeping)).found;
  const { traces, steps, ops, states } = result;
  const { seed } = options;
  // What was found is found again by the one job that found it.
  const jobWords = options.inJobs === undefined || result.found !== undefined ? [] : [`--jobs ${options.inJobs.jobs}`];
  return {
    system: system.name,
    outcome: found !== undefined ? 'failed' : session.isInterrupted ? 'interrupted' : 'held',
    note: options.note,
    seed,
    traces,
    steps,
    seconds,
    checks: names(checks),
    ops,
    states,
    found: found && { ...found, runtimeWords: options.runtimeWords ?? [] },
    repeat: [
      'npx spancheck run',
      ...options.repeatWords,
      ...jobWords,
      `--seed ${result.seed} --traces ${result.seedTraces} --commands ${maxCommands}`,
    ].join(' '),
  };
}

/** In this thread, or in several. */
function searchFor(
  session: Session,
  progress: ProgressLine,
  { system, plant, runtime, seed, traces, maxCommands, seconds, folder, inJobs }: SearchAndShrinkOptions,
  checks: readonly Check[],
): Promise<SearchResult> {
  const isOver = session.deadline(seconds);
  const sizes = { seed, traces, maxCommands, folder, isOver };
  if (inJobs === undefined) {
    return searchInThread({
      ...sizes,
      system,
      plant,
      runtime,
      checks,
      onTrace: (drawn) => session.breathe(() => progress.steps(drawn.steps, drawn.traces)),
    });
  }
  return searchInJobs({
    ...sizes,
    ...inJobs,
    checks: names(checks),
    isTimed: seconds < Infinity,
    onProgress: (steps, drawn) => progress.steps(steps, drawn),
  });
}
