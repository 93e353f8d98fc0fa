/** One job of a search, in a worker thread: it has a system and seeds of its own. */
import { BadInputError } from '../../properties/input/badInput';
import { CHECKS } from '../../properties/checks/checks';
import { EnvironmentError } from '../../properties/input/environmentError';
import { JobBoard } from './jobBoard';
import { merged, openSystem, type SystemChoice } from '../input/openSystem';
import { searchInThread, type SearchResult } from './search';

export interface JobTask {
  /** Its number, from 0. */
  readonly job: number;
  /** Of the `JobBoard`. */
  readonly memory: SharedArrayBuffer;
  readonly choice: SystemChoice;
  readonly checks: readonly string[];
  readonly seed: number;
  readonly traces: number;
  readonly maxCommands: number;
  readonly folder: string;
}

/** What is in the way of it: an error has no class when it comes from another thread. */
export interface JobProblem {
  readonly problem: string;
}

/** Called by the worker; what it answers is plain data. */
export async function runJob(task: JobTask): Promise<SearchResult | JobProblem> {
  try {
    return await searchAlone(task);
  } catch (error) {
    if (error instanceof BadInputError || error instanceof EnvironmentError) return { problem: error.message };
    throw error;
  }
}

async function searchAlone({ job, memory, choice, checks, ...options }: JobTask): Promise<SearchResult> {
  const board = JobBoard.at(memory);
  const { system, runtime } = await openSystem(choice);
  try {
    return await searchInThread({
      ...options,
      system,
      plant: choice.plants.length === 0 ? undefined : merged(choice.plants),
      runtime,
      checks: CHECKS.filter(({ name }) => checks.includes(name)),
      isOver: () => board.isOver(job),
      onTrace: ({ steps, traces }) => board.note(job, steps, traces),
    });
  } finally {
    await system.close?.();
  }
}
