/** Runs kill tasks on all cores: one worker thread per core, all fed from one queue. */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { workerPool } from '../../workerPool';
import type { KillResult, KillTask } from './kill';

/**
 * Runs all tasks and returns their results in the order of the tasks.
 * @param onDone called after each task with its result and the number of tasks done.
 */
export async function killAll(
  tasks: readonly KillTask[],
  onDone: (result: KillResult, done: number) => void,
  signal?: AbortSignal,
): Promise<readonly KillResult[]> {
  const threads = Math.max(1, Math.min(availableParallelism(), tasks.length));
  const pool = workerPool<KillTask, KillResult>(join(__dirname, 'kill'), 'kill', threads);
  // Each waiting task adds a listener.
  if (signal !== undefined) setMaxListeners(0, signal);
  let done = 0;
  try {
    return await Promise.all(
      tasks.map(async (task) => {
        const result = await pool.run(task, signal === undefined ? {} : { signal });
        onDone(result, ++done);
        return result;
      }),
    );
  } finally {
    await pool.destroy();
  }
}
