/** Worker threads that call one function of one file, from its source as well as from what it compiles to. */
import { extname } from 'node:path';

/** As much of piscina as is used here: its own types do not compile under exactOptionalPropertyTypes. */
export interface WorkerPool<Task, Result> {
  run(task: Task, options?: { readonly signal?: AbortSignal }): Promise<Result>;
  destroy(): Promise<void>;
}

interface PoolOptions {
  readonly filename: string;
  readonly name: string;
  readonly minThreads: number;
  readonly maxThreads: number;
  readonly execArgv: readonly string[];
}

const { Piscina } = require('piscina') as {
  readonly Piscina: new (options: PoolOptions) => WorkerPool<unknown, unknown>;
};

/**
 * @param path of the file, without its extension.
 * @param name of the function, which takes a task and answers with plain data.
 */
export function workerPool<Task, Result>(path: string, name: string, threads: number): WorkerPool<Task, Result> {
  const extension = extname(__filename);
  // From source, as ts-node runs the command, the worker must compile too.
  const execArgv = extension === '.ts' ? ['-r', 'ts-node/register/transpile-only'] : [];
  return new Piscina({
    filename: path + extension,
    name,
    minThreads: threads,
    maxThreads: threads,
    execArgv,
  }) as WorkerPool<Task, Result>;
}
