/** Worker threads that call one function of one file, either its TypeScript source or its compiled form. */
import { extname } from 'node:path';

/** The part of piscina that is used here; its own types do not compile under exactOptionalPropertyTypes. */
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
 * Returns a pool of `threads` worker threads.
 *
 * @param path - The file, without its extension.
 * @param name - The function, which takes a task and returns plain data.
 */
export function workerPool<Task, Result>(path: string, name: string, threads: number): WorkerPool<Task, Result> {
  const extension = extname(__filename);
  // When ts-node runs the command from source, the worker must compile too.
  const execArgv = extension === '.ts' ? ['-r', 'ts-node/register/transpile-only'] : [];
  return new Piscina({
    filename: path + extension,
    name,
    minThreads: threads,
    maxThreads: threads,
    execArgv,
  }) as WorkerPool<Task, Result>;
}
