/** Faults over all cores: a worker thread for each, one fault after the other from one queue. */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { workerPool } from '../../workerPool';
import type { KillResult, KillTask } from './kill';

/**
 * Runs all tasks; the answers are in the order of the tasks, whichever was done first.
 * @param onDone told after each task.
 */
export async function killAll(
  tasks: readonly KillTask[],
  onDone: (result: KillResult, done: number) => void,
  signal?: AbortSignal,
): Promise<readonly KillResult[]> {
  const threads = Math.max(1, Math.min(availableParallelism(), tasks.length));
  const pool = workerPool<KillTask, KillResult>(join(__dirname, 'kill'), 'kill', threads);
  // Every task that waits listens.
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
