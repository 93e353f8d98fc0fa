/** A search in several threads, each with a system and seeds of its own; what they found is put together. */
import { join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { workerPool } from '../../workerPool';
import type { JobProblem, JobTask } from './job';
import { JobBoard } from './jobBoard';
import type { SearchResult } from './search';

/** From the seed of one job to the next: more than a job uses up. */
const SEED_STRIDE = 1000;

/** How often is looked whether time is up. */
const LOOK_MS = 40;

export interface JobsOptions extends Omit<JobTask, 'job' | 'memory'> {
  readonly jobs: number;
  /** Whether the time is limited: then the first failure, whoever finds it, ends the search. */
  readonly isTimed: boolean;
  readonly isOver: () => boolean;
  readonly onProgress: (steps: number, traces: number) => void;
}

/**
 * Of several jobs that find something the first counts, whichever was quicker: with a number of traces and no limit of time the
 * result is always the same. `seed` and `seedTraces` are those of the job that found it; where nothing was found, the seed
 * that was given, and as many traces as repeat all.
 */
export async function searchInJobs({
  jobs: wanted,
  isTimed,
  isOver,
  onProgress,
  ...options
}: JobsOptions): Promise<SearchResult> {
  const { seed, traces } = options;
  const jobs = Math.min(wanted, traces);
  const board = JobBoard.of(jobs);
  const pool = workerPool<JobTask, SearchResult | JobProblem>(join(__dirname, 'job'), 'runJob', jobs);
  const runJob = async (job: number): Promise<SearchResult> => {
    try {
      const share = Math.floor(traces / jobs) + (job < traces % jobs ? 1 : 0);
      const result = await pool.run({
        ...options,
        job,
        memory: board.memory,
        seed: (seed + job * SEED_STRIDE) | 0,
        traces: share,
      });
      if ('problem' in result) throw new EnvironmentError(result.problem);
      // Those before it go on, so that their order decides; not where time does.
      if (result.found !== undefined) board.endFrom(isTimed ? 0 : job + 1);
      return result;
    } catch (error) {
      board.endFrom(0);
      throw error;
    }
  };
  const watch = setInterval(() => {
    if (isOver()) board.endFrom(0);
    const { steps, traces: drawn } = board.sum();
    onProgress(steps, drawn);
  }, LOOK_MS);
  try {
    // Settled: the others close their systems before an error goes on its way.
    const settled = await Promise.allSettled(Array.from({ length: jobs }, (_, job) => runJob(job)));
    return mergeResults(settled.map(valueOf), options);
  } finally {
    clearInterval(watch);
    await pool.destroy();
  }
}

function valueOf(settled: PromiseSettledResult<SearchResult>): SearchResult {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function mergeResults(
  all: readonly SearchResult[],
  { seed, traces }: Pick<JobsOptions, 'seed' | 'traces'>,
): SearchResult {
  const finder = all.findIndex(({ found }) => found !== undefined);
  // How far those came that are later in order, chance decides.
  const results = finder < 0 ? all : all.slice(0, finder + 1);
  const sum = (of: (result: SearchResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const [first] = results;
  const drawn = sum((result) => result.traces);
  // Where time ended it, each job has a share of its own; with the largest for all nothing is left out.
  const repeated =
    drawn === traces ? traces : results.length * Math.max(...results.map(({ seedTraces }) => seedTraces));
  return {
    found: results[finder]?.found,
    isReproducible: results[finder]?.isReproducible ?? false,
    unrepeated: results.flatMap(({ unrepeated }) => unrepeated),
    seed: results[finder]?.seed ?? seed,
    seedTraces: results[finder]?.seedTraces ?? repeated,
    steps: sum(({ steps }) => steps),
    traces: drawn,
    ops: first.ops.map(({ op }, i) => ({ op, applied: sum(({ ops }) => ops[i].applied) })),
    states: first.states.map(({ name }, i) => ({ name, steps: sum(({ states }) => states[i].steps) })),
  };
}
