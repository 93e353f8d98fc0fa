/** A search in one thread. What it finds is written at once, before anything else is done with it. */
import { unlink } from 'node:fs/promises';
import type { Fault } from '../../faults/fault';
import { isVisible } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { findReproducible, type ReproducibleResult, type FindReproducibleOptions } from '../../shrinkers/reproducible';
import type { RecordedRuntime } from '../../properties/trace/traceFile';
import { counterexamplePath, keepCounterexample } from './counterexamples';
import { names, type SystemVerdict } from '../output/verdicts';

/** A failing trace and the file that holds it. */
export interface KeptTrace {
  readonly trace: Trace;
  readonly failure: Failure;
  readonly file: string;
  /** Seed from which it was drawn. */
  readonly seed: number;
}

export interface SearchOptions extends Omit<FindReproducibleOptions, 'onFound'> {
  readonly plant: Fault | undefined;
  readonly runtime?: RecordedRuntime | undefined;
  readonly folder: string;
  /** Called with each failing trace once its file is written. */
  readonly onKept?: ((kept: KeptTrace) => void) | undefined;
}

/** The result of a search as plain data. */
export interface SearchResult extends Omit<ReproducibleResult, 'coverage'>, Pick<SystemVerdict, 'ops' | 'states'> {
  /** File of the failing trace. */
  readonly file?: string;
  /** File of the first failure that did not repeat, if the answer is another one. */
  readonly unrepeatedFile?: string;
  /** Traces of each job, if there were several and none found anything. */
  readonly jobTraces?: readonly number[];
  /** Findings of the jobs after the one whose failure counts. */
  readonly later?: readonly KeptTrace[];
}

export async function searchInThread({
  plant,
  runtime,
  folder,
  onKept,
  ...options
}: SearchOptions): Promise<SearchResult> {
  const files = new Set<string>();
  const visible = options.checks.filter((check) => isVisible(check, options.system));
  const { coverage, ...result } = await findReproducible({
    ...options,
    onFound: async ({ trace, failure }, seed) => {
      const provenance = { system: options.system.name, seed, checks: names(visible), plant, runtime };
      const file = counterexamplePath(folder, provenance, failure);
      await keepCounterexample(file, provenance, trace, failure);
      files.add(file);
      onKept?.({ trace, failure, file, seed });
    },
  });
  const { found, seed } = result;
  const [first, ...rest] = files;
  // Of failures that do not repeat the first is kept; the run says how many there were.
  const answer =
    found && counterexamplePath(folder, { system: options.system.name, seed, checks: [], plant }, found.failure);
  for (const file of rest) if (file !== answer) await unlink(file).catch(() => undefined);
  const unrepeatedFile = first === answer ? undefined : first;
  return {
    ...result,
    ops: coverage.ops(),
    states: coverage.states(),
    ...(answer === undefined ? {} : { file: answer }),
    ...(unrepeatedFile === undefined ? {} : { unrepeatedFile }),
  };
}
