/** One system under the suite: search, keep what is found, shrink it, and say what is known at any moment. */
import type { Fault } from '../../faults/fault';
import { isVisible, type Check } from '../../properties/checks/checks';
import { addEvaluations, evaluationOf, outcomeOf, type Evaluation } from '../../properties/evaluation';
import { runSuite } from '../../properties/suite';
import type { System } from '../../properties/system';
import type { RecordedRuntime } from '../../properties/trace/traceFile';
import type { SearchForMore } from '../../shrinkers/otherBugs';
import type { SystemChoice } from '../input/openSystem';
import type { ProgressLine } from '../output/progressLine';
import { names, type Found, type Other, type SystemVerdict } from '../output/verdicts';
import { searchInJobs, sumOf } from './jobs';
import { keepAndShrink } from './keepAndShrink';
import { searchInThread, type KeptTrace, type SearchResult } from './search';
import { secondsSince, type Session } from './session';

/** Limits of the search for other bugs behind the first one. */
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
  /** Failures with different signatures after which the search ends; 1. */
  readonly maxFailures?: number;
  /** Set for a search in several threads: how many, and how each opens its system. */
  readonly inJobs?:
    | { readonly jobs: number; readonly jobTraces?: readonly number[] | undefined; readonly choice: SystemChoice }
    | undefined;
  /** Words of a command line for the system and whatever else the numbers here do not say. */
  readonly repeatWords: readonly string[];
  /** Those of them that replay and explain need too. */
  readonly runtimeWords?: readonly string[];
}

/** Returns the verdict; after a signal within a moment, whatever the system does. */
export async function searchAndShrink(
  session: Session,
  progress: ProgressLine,
  options: SearchAndShrinkOptions,
): Promise<SystemVerdict> {
  const run = new RunOnSystem(session, progress, options);
  if (run.checks.length === 0) return run.verdict();
  await session.untilGivenUp(run.searchAll());
  return run.verdict();
}

/** A run on one system, with what is known so far. */
class RunOnSystem {
  /** The checks that can run on the system. */
  readonly checks: readonly Check[];
  private readonly startMs = performance.now();
  private readonly results: SearchResult[] = [];
  /** Progress of the search that is under way, and what it has kept. */
  private under = { steps: 0, traces: 0 };
  private kept: KeptTrace | undefined;
  private searchSeconds: number | undefined;
  private found: Found | undefined;

  constructor(
    private readonly session: Session,
    private readonly progress: ProgressLine,
    private readonly options: SearchAndShrinkOptions,
  ) {
    const { checks, system } = options;
    this.checks = checks.filter((check) => isVisible(check, system));
  }

  /** Searches until time, traces or the number of failures is used up, and shrinks each failure as it comes. */
  async searchAll(): Promise<void> {
    const { seconds, maxFailures = 1 } = this.options;
    const known = new Set<string>();
    let { seed, traces } = this.options;
    for (let failures = 0; failures < maxFailures && traces > 0 && !this.session.isInterrupted; failures++) {
      // Shrinking has a limit of its own, so its time does not count.
      const startMs = performance.now();
      const left = seconds - (this.searchSeconds ?? 0);
      const result = await this.search(seed, traces, left, known);
      this.results.push(result);
      this.under = { steps: 0, traces: 0 };
      this.searchSeconds = (this.searchSeconds ?? 0) + secondsSince(startMs);
      if (result.found === undefined) return;
      const found = await this.shrink(result, result.found, known);
      this.enter(found);
      for (const { failure } of [result.found, found, ...found.others]) known.add(failure.signature);
      if (this.searchSeconds >= seconds) return;
      seed = (result.seed + 1) | 0;
      traces -= result.traces;
    }
  }

  /** Returns what is known now, whether or not the search has ended. */
  verdict(): SystemVerdict {
    const { system, note, seed } = this.options;
    const found = this.found ?? this.unshrunk();
    const { steps, traces, ops, states } = this.sum();
    const last = this.results.at(-1);
    const evaluation = this.evaluation();
    const why = this.whyNothing(steps, evaluation);
    const outcome = found !== undefined ? 'failed' : this.session.isInterrupted ? 'interrupted' : 'held';
    const isHeld = outcome === 'held' && why === undefined;
    // A check that compared nothing did not run, whatever the system shows; a failure may come before its time.
    const idle = isHeld ? evaluation.checksRun.filter((check) => check.steps === 0).map(({ name }) => name) : [];
    const file = last?.unrepeatedFile;
    // If nothing repeated, the failure that is told is itself a row.
    const others = (last?.unrepeated ?? []).filter(
      ({ failure }) => last?.isReproducible === true || failure.signature !== last?.found?.failure.signature,
    );
    return {
      system: system.name,
      outcome: outcome === 'held' && why !== undefined ? 'nothing checked' : outcome,
      note: outcome === 'held' && why !== undefined ? why : note,
      seed,
      traces,
      steps,
      seconds: this.searchSeconds ?? secondsSince(this.startMs),
      checks: names(this.checks).filter((name) => !idle.includes(name)),
      checksNotRun: [...idle.map((name) => ({ name, needs: [] })), ...evaluation.checksNotRun],
      figuresNotCompared: evaluation.figuresNotCompared,
      limits: system.limits ?? [],
      ops,
      states,
      found: found && { ...found, runtimeWords: this.options.runtimeWords ?? [] },
      ...((last?.later ?? []).length > 0 ? { later: last?.later?.map(otherOf) ?? [] } : {}),
      ...(file === undefined ? {} : { unrepeated: { count: others.reduce((sum, { times }) => sum + times, 0), file } }),
      repeat: this.repeat(),
    };
  }

  private search(seed: number, traces: number, secondsLeft: number, known: ReadonlySet<string>): Promise<SearchResult> {
    const { session, progress } = this;
    const { system, checks, plant, runtime, maxCommands, seconds, folder, inJobs } = this.options;
    const onKept = (kept: KeptTrace) => (this.kept ??= kept);
    const sizes = { seed, traces, maxCommands, folder, isOver: session.deadline(secondsLeft), onKept };
    if (inJobs !== undefined)
      return searchInJobs({
        ...sizes,
        ...inJobs,
        checks: names(checks),
        isTimed: seconds < Infinity,
        onProgress: (steps, drawn) => {
          this.under = { steps, traces: drawn };
          progress.steps(steps, drawn);
        },
      });
    return searchInThread({
      ...sizes,
      system,
      plant,
      runtime,
      checks,
      isKnown: ({ signature }) => known.has(signature),
      signal: session.abortAfter(secondsLeft),
      onTrace: (drawn) => {
        this.under = { steps: drawn.steps, traces: drawn.traces };
        return session.breathe(() => progress.steps(drawn.steps, drawn.traces));
      },
    });
  }

  private async shrink(
    { seed, isReproducible, unrepeated: [firstUnrepeated] }: SearchResult,
    failing: NonNullable<SearchResult['found']>,
    known: ReadonlySet<string>,
  ): Promise<Found> {
    const { session, progress, checks } = this;
    const { system, plant, runtime, folder, maxCommands } = this.options;
    // A second bug may hide behind the first: a few more traces are drawn for what fails in another way.
    const searchForMore: SearchForMore = async (isKnown) => {
      const { found } = await runSuite({
        system,
        checks,
        seed,
        traces: OTHER_TRACES,
        maxCommands,
        isKnown: (failure) => known.has(failure.signature) || isKnown(failure),
        isOver: session.deadline(OTHER_SECONDS),
        onTrace: () => session.breathe(),
      });
      return found;
    };
    const provenance = { system: system.name, seed, checks: names(checks), plant, runtime };
    const keeping = { session, progress, system, checks, provenance, folder, searchForMore };
    const { found, shrunk } = await keepAndShrink(failing, keeping);
    const leaks = !isReproducible && firstUnrepeated?.leaksFrom !== undefined;
    return { ...found, ...(shrunk.rate === undefined ? {} : { rate: shrunk.rate }), ...(leaks ? { leaks } : {}) };
  }

  /** Enters a failure. The report lists those after the first beside it. */
  private enter(found: Found): void {
    const first = this.found;
    if (first === undefined) {
      this.found = found;
      return;
    }
    const signatures = new Set([first, ...first.others].map(({ failure }) => failure.signature));
    const fresh = [otherOf(found), ...found.others].filter(({ failure }) => !signatures.has(failure.signature));
    this.found = { ...first, others: [...first.others, ...fresh] };
  }

  /** Returns the failure that was kept before anybody could shrink it. */
  private unshrunk(): Found | undefined {
    if (this.kept === undefined) return undefined;
    const { trace, failure, file } = this.kept;
    return { trace, failure, file, commandsBefore: trace.commands.length, tries: 0, isShrunk: false, others: [] };
  }

  private sum(): Pick<SearchResult, 'steps' | 'traces' | 'ops' | 'states'> {
    const done = this.results.length > 0 ? sumOf(this.results) : { steps: 0, traces: 0, ops: [], states: [] };
    return { ...done, steps: done.steps + this.under.steps, traces: done.traces + this.under.traces };
  }

  /** Returns what the searches so far evaluated together. */
  private evaluation(): Evaluation {
    const { checks, system } = this.options;
    const [first, ...rest] = this.results.map(({ evaluation }) => evaluation);
    if (first === undefined) return evaluationOf(checks, system, undefined, { steps: 0, ops: [] });
    return rest.reduce(addEvaluations, first);
  }

  private whyNothing(steps: number, evaluation: Evaluation): string | undefined {
    if (this.checks.length === 0) return 'nothing was checked: none of these checks can run on it';
    if (steps === 0) return 'nothing was checked: the run ended before the first step';
    return outcomeOf({ found: undefined, evaluation }) === 'unchecked'
      ? 'nothing was checked: no command came after which one of these checks compares anything'
      : undefined;
  }

  private repeat(): string {
    const { options, results } = this;
    const [only] = results;
    const isOneFailure = (options.maxFailures ?? 1) === 1 && only?.found !== undefined;
    // What was found is found again by the one job that found it.
    const jobs = options.inJobs === undefined || isOneFailure ? [] : [`--jobs ${options.inJobs.jobs}`];
    const { traces } = this.sum();
    const shares = only?.jobTraces ?? [];
    // Jobs that time ended came differently far.
    const isUneven = shares.some((share, i) => share !== evenShare(traces, shares.length, i));
    const drawn = isOneFailure ? only.seedTraces : isUneven ? shares.join(',') : traces;
    return [
      'npx spancheck run',
      ...options.repeatWords,
      ...jobs,
      `--seed ${isOneFailure ? only.seed : options.seed} --traces ${drawn} --commands ${options.maxCommands}`,
    ].join(' ');
  }
}

function otherOf({ trace, failure, file }: Other): Other {
  return { trace, failure, file };
}

/** Returns how many of `traces` the job draws where all share evenly. */
function evenShare(traces: number, jobs: number, job: number): number {
  return Math.floor(traces / jobs) + (job < traces % jobs ? 1 : 0);
}
