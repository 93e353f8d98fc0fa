/** One job of a search, in a worker thread with a system and seeds of its own. */
import { BroadcastChannel } from 'node:worker_threads';
import { BadInputError } from '../../properties/input/badInput';
import { CHECKS } from '../../properties/checks/checks';
import { EnvironmentError } from '../../properties/input/environmentError';
import { JobBoard } from './jobBoard';
import { merged, openSystem, type SystemChoice } from '../input/openSystem';
import { searchInThread, type SearchResult } from './search';

export interface JobTask {
  /** Number of the job, from 0. */
  readonly job: number;
  /** Memory of the `JobBoard`. */
  readonly memory: SharedArrayBuffer;
  /** Name of the broadcast channel on which it says what it has kept. */
  readonly channel: string;
  readonly choice: SystemChoice;
  readonly checks: readonly string[];
  readonly seed: number;
  readonly traces: number;
  readonly maxCommands: number;
  readonly folder: string;
}

/** Why a job cannot run. An error loses its class on the way between threads. */
export interface JobProblem {
  readonly problem: string;
}

/** The board is looked at this often, also while a system hangs. */
const LOOK_MS = 40;

/** Runs a job; the worker calls it. The result is plain data. */
export async function runJob(task: JobTask): Promise<SearchResult | JobProblem> {
  try {
    return await searchAlone(task);
  } catch (error) {
    if (error instanceof BadInputError || error instanceof EnvironmentError) return { problem: error.message };
    throw error;
  }
}

async function searchAlone({ job, memory, channel, choice, checks, ...options }: JobTask): Promise<SearchResult> {
  const board = JobBoard.at(memory);
  const keptChannel = new BroadcastChannel(channel);
  const { system, runtime } = await openSystem(choice);
  const controller = new AbortController();
  const watch = setInterval(() => {
    if (board.isOver(job)) controller.abort();
  }, LOOK_MS);
  try {
    return await searchInThread({
      ...options,
      system,
      plant: choice.plants.length === 0 ? undefined : merged(choice.plants),
      runtime,
      checks: CHECKS.filter(({ name }) => checks.includes(name)),
      isOver: () => board.isOver(job),
      signal: controller.signal,
      onTrace: ({ steps, traces }) => board.note(job, steps, traces),
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads, not windows
      onKept: (kept) => keptChannel.postMessage(kept),
    });
  } finally {
    clearInterval(watch);
    keptChannel.close();
    await system.close?.();
  }
}
