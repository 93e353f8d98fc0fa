/** A search in one thread: what is found is written the moment it is, before it is seen whether it repeats. */
import type { Fault } from '../../faults/fault';
import { findReproducible, type ReproducibleResult, type FindReproducibleOptions } from '../../shrinkers/reproducible';
import type { RecordedRuntime } from '../../properties/trace/traceFile';
import { counterexamplePath, keepCounterexample } from './counterexamples';
import { names, type SystemVerdict } from '../output/verdicts';

export interface SearchOptions extends Omit<FindReproducibleOptions, 'onFound'> {
  readonly plant: Fault | undefined;
  readonly runtime?: RecordedRuntime | undefined;
  readonly folder: string;
}

/** What was hunted and reached, as plain data. */
export type SearchResult = Omit<ReproducibleResult, 'coverage' | 'passing'> & Pick<SystemVerdict, 'ops' | 'states'>;

export async function searchInThread({ plant, runtime, folder, ...options }: SearchOptions): Promise<SearchResult> {
  const { coverage, ...result } = await findReproducible({
    ...options,
    onFound: async ({ trace, failure }, seed) => {
      const provenance = { system: options.system.name, seed, checks: names(options.checks), plant, runtime };
      await keepCounterexample(counterexamplePath(folder, provenance, failure), provenance, trace, failure);
    },
  });
  return { ...result, ops: coverage.ops(), states: coverage.states() };
}
