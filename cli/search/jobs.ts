/** A search in several threads, each with a system and seeds of its own; their results are merged into one. */
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { at } from '../../properties/at';
import { addEvaluations } from '../../properties/evaluation';
import { EnvironmentError } from '../../properties/input/environmentError';
import { workerPool } from '../../workerPool';
import type { JobProblem, JobTask } from './job';
import { JobBoard } from './jobBoard';
import type { KeptTrace, SearchResult } from './search';

/** Distance between the seeds of two jobs: more than one job uses. */
const SEED_STRIDE = 1000;

/** The deadline is looked at this often. */
const LOOK_MS = 40;

export interface JobsOptions extends Omit<JobTask, 'job' | 'memory' | 'channel'> {
  readonly jobs: number;
  /** Traces of each job, if they do not share `traces` evenly. */
  readonly jobTraces?: readonly number[] | undefined;
  /** Set if time is limited: then the first failure ends the search, whichever job finds it. */
  readonly isTimed: boolean;
  readonly isOver: () => boolean;
  readonly onProgress: (steps: number, traces: number) => void;
  readonly onKept?: ((kept: KeptTrace) => void) | undefined;
}

/**
 * Searches until the first failure. If several jobs find one, the first job in order counts, whichever was quicker, so a
 * search that only the number of traces limits always has the same result. `seed` and `seedTraces` are those of that
 * job; what later jobs found is in `later`. If nothing was found, `jobTraces` repeats the whole search.
 */
export async function searchInJobs({
  jobs: wanted,
  jobTraces,
  isTimed,
  isOver,
  onProgress,
  onKept,
  ...options
}: JobsOptions): Promise<SearchResult> {
  const { seed, traces } = options;
  const jobs = jobTraces?.length ?? Math.min(wanted, traces);
  const shareOf = (job: number): number =>
    jobTraces?.[job] ?? Math.floor(traces / jobs) + (job < traces % jobs ? 1 : 0);
  const board = JobBoard.of(jobs);
  const channel = `spancheck-kept-${process.pid}-${seed}`;
  const stopListening = listenForKept(channel, onKept);
  const pool = workerPool<JobTask, SearchResult | JobProblem>(join(__dirname, 'job'), 'runJob', jobs);
  const runJob = async (job: number): Promise<SearchResult> => {
    try {
      const result = await pool.run({
        ...options,
        job,
        memory: board.memory,
        channel,
        seed: (seed + job * SEED_STRIDE) | 0,
        traces: shareOf(job),
      });
      if ('problem' in result) throw new EnvironmentError(result.problem);
      // Jobs before it go on, since a failure of theirs would count; where time decides, they end.
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
    // All are settled before an error is thrown, so that every job has closed its system.
    const settled = await Promise.allSettled(Array.from({ length: jobs }, (_, job) => runJob(job)));
    return mergeResults(settled.map(valueOf), options);
  } finally {
    clearInterval(watch);
    stopListening();
    await pool.destroy();
  }
}

/** Records the files that jobs write, which are then known even if a job never answers. */
function listenForKept(name: string, onKept: JobsOptions['onKept']): () => void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- its types in Node 20 have no addEventListener
  channel.onmessage = (message) => onKept?.((message as { readonly data: KeptTrace }).data);
  return () => channel.close();
}

function valueOf(settled: PromiseSettledResult<SearchResult>): SearchResult {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

function mergeResults(all: readonly SearchResult[], { seed }: Pick<JobsOptions, 'seed'>): SearchResult {
  const finder = all.findIndex(({ found }) => found !== undefined);
  // How far the jobs after the finder came is chance.
  const results = finder < 0 ? all : all.slice(0, finder + 1);
  const answer = finder < 0 ? undefined : at(all, finder);
  return {
    ...sumOf(results),
    found: answer?.found,
    seed: answer?.seed ?? seed,
    seedTraces: answer?.seedTraces ?? results.reduce((total, { traces }) => total + traces, 0),
    isReproducible: answer?.isReproducible ?? false,
    unrepeated: results.flatMap(({ unrepeated }) => unrepeated),
    evaluation: results.map(({ evaluation }) => evaluation).reduce(addEvaluations),
    ...(answer === undefined ? { jobTraces: all.map(({ traces }) => traces) } : {}),
    ...(answer?.file === undefined ? {} : { file: answer.file, later: all.slice(finder + 1).flatMap(keptBy) }),
    ...(answer?.unrepeatedFile === undefined ? {} : { unrepeatedFile: answer.unrepeatedFile }),
  };
}

function keptBy({ found, file, seed }: SearchResult): readonly KeptTrace[] {
  return found === undefined || file === undefined ? [] : [{ trace: found.trace, failure: found.failure, file, seed }];
}

/** Returns what searches did and reached together. */
export function sumOf(
  results: readonly Pick<SearchResult, 'steps' | 'traces' | 'ops' | 'states'>[],
): Pick<SearchResult, 'steps' | 'traces' | 'ops' | 'states'> {
  const sum = (of: (result: (typeof results)[number]) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const first = at(results, 0);
  return {
    steps: sum(({ steps }) => steps),
    traces: sum(({ traces }) => traces),
    ops: first.ops.map(({ op }, i) => ({ op, applied: sum(({ ops }) => at(ops, i).applied) })),
    states: first.states.map(({ name }, i) => ({ name, steps: sum(({ states }) => at(states, i).steps) })),
  };
}
