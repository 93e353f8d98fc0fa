/** Faults over all cores: a worker thread for each, one fault after the other from one queue. */
import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { extname, join } from 'node:path';
import type { KillResult, KillTask } from './kill';

/** As much of piscina as is used here: its own types do not compile under exactOptionalPropertyTypes. */
interface Pool {
  run(task: KillTask, options: { readonly signal?: AbortSignal }): Promise<KillResult>;
  destroy(): Promise<void>;
}

interface PoolOptions {
  readonly filename: string;
  readonly name: string;
  readonly maxThreads: number;
  readonly execArgv: readonly string[];
}

const { Piscina } = require('piscina') as { readonly Piscina: new (options: PoolOptions) => Pool };

/**
 * Runs all tasks; the answers are in the order of the tasks, whichever was done first.
 * @param onDone told after each task.
 */
export async function killAll(tasks: readonly KillTask[], onDone: (result: KillResult, done: number) => void, signal?: AbortSignal): Promise<readonly KillResult[]> {
  const pool = new Piscina({
    filename: join(__dirname, `kill${extname(__filename)}`),
    name: 'kill',
    maxThreads: Math.max(1, Math.min(availableParallelism(), tasks.length)),
    // From source, as ts-node runs the command, the worker must compile too.
    execArgv: extname(__filename) === '.ts' ? ['-r', 'ts-node/register/transpile-only'] : [],
  });
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
