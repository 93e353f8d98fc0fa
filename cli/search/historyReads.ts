/** Times a read of the statistics on heaps of 1 KiB objects, in releases of Go and in the model. */
import { EnvironmentError } from '../../properties/input/environmentError';
import { goReads } from '../../systems/go/reads';
import type { ReadCost } from '../output/readCost';
import { measureModelReads } from '../../systems/modelReads';

const READS = 50;

export async function readCosts(
  releases: readonly string[],
  heapMib: readonly number[],
  onProgress: (text: string) => void,
): Promise<readonly ReadCost[]> {
  const costs: ReadCost[] = [];
  for (const release of releases) costs.push(await realCost(release, heapMib, onProgress));
  onProgress('the model');
  const rows = measureModelReads({ heapMib, procs: [1], reads: READS }).rows.filter(
    ({ objects }) => objects === '1 KiB',
  );
  costs.push({
    what: 'model, rescan',
    readMicroseconds: Object.fromEntries(rows.map((row) => [row.heapMib, row.rescanMilliseconds * 1e3])),
  });
  costs.push({
    what: 'model, read',
    readMicroseconds: Object.fromEntries(rows.map((row) => [row.heapMib, row.bestReadMicroseconds])),
  });
  return costs;
}

async function realCost(
  release: string,
  heapMib: readonly number[],
  onProgress: (text: string) => void,
): Promise<ReadCost> {
  try {
    const real = await goReads({ toolchain: release, onProgress });
    const readMicroseconds: Record<number, number> = {};
    for (const mib of heapMib) {
      onProgress(`${release}: ReadMemStats at ${mib} MiB`);
      readMicroseconds[mib] = (await real.readNs(mib, READS)) / 1e3;
    }
    return { what: release, readMicroseconds };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { what: release, readMicroseconds: {}, note: error.message };
  }
}
