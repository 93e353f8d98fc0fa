/** A search in one thread: what is found is written the moment it is, before it is seen whether it repeats. */
import type { Fault } from '../faults/fault';
import { huntFirm, type Hunted, type HuntFirmOptions } from '../shrinkers/huntFirm';
import { counterexamplePath, keepCounterexample } from './counterexamples';
import { names, type SystemVerdict } from './verdicts';

export interface SearchOptions extends Omit<HuntFirmOptions, 'onFound'> {
  readonly plant: Fault | undefined;
  readonly folder: string;
}

/** What was hunted and reached, as plain data. */
export type SearchResult = Omit<Hunted, 'reach' | 'passing'> & Pick<SystemVerdict, 'ops' | 'states'>;

export async function search({ plant, folder, ...options }: SearchOptions): Promise<SearchResult> {
  const { reach, ...result } = await huntFirm({
    ...options,
    onFound: async ({ trace, failure }, seed) => {
      const provenance = { system: options.system.name, seed, checks: names(options.checks), plant };
      await keepCounterexample(counterexamplePath(folder, provenance, failure), provenance, trace, failure);
    },
  });
  return { ...result, ops: reach.ops(), states: reach.states() };
}
