/** The `flushed` check: counts that a flush left behind, and reads that disagree with each other or with the peek. */
import { equalMemStats } from '../../model/memstats';
import type { Heap } from '../../model/mheap';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { NO_DRIFTS, type Drift } from '../drift';
import { memStatsDrifts } from './driftsOf';
import type { CheckContext } from './checkContext';

/** Prefix of the name of a counter that a read publishes wrong. */
export const READ = 'read: ';

export function flushedDrifts({ op, observation }: CheckContext): readonly Drift[] {
  if (op !== 'readMemStats' && op !== 'gcStart') return NO_DRIFTS;
  const { heap, read, readAgain, published, publishes } = observation;
  if (op === 'gcStart') return heap === undefined ? NO_DRIFTS : localDrifts(heap);
  if (read === undefined || readAgain === undefined) return NO_DRIFTS;
  const drifts = heap === undefined ? [] : localDrifts(heap);
  if (!equalMemStats(read, readAgain)) drifts.push(...memStatsDrifts(read, readAgain, [publishes], 'second read: '));
  if (!equalMemStats(read, published)) drifts.push(...memStatsDrifts(published, read, [publishes], READ));
  return drifts.length === 0 ? NO_DRIFTS : drifts;
}

/** Returns a drift for each cache cell and local count that is not empty, though the heap was flushed. */
function localDrifts(heap: Heap): Drift[] {
  const drifts: Drift[] = [];
  const { alloc, tinySpan, local_tinyallocs, local_largefree, local_nlargefree, local_nsmallfree } = heap.mcaches;
  for (let p = 0; p < heap.gomaxprocs; p++) {
    if (tinySpan[p] !== 0) drifts.push({ counter: 'tiny', p, expected: 0, actual: tinySpan[p] });
    if (local_tinyallocs[p] !== 0)
      drifts.push({ counter: 'local_tinyallocs', p, expected: 0, actual: local_tinyallocs[p] });
    if (local_largefree[p] !== 0)
      drifts.push({ counter: 'local_largefree', p, expected: 0, actual: local_largefree[p] });
    if (local_nlargefree[p] !== 0)
      drifts.push({ counter: 'local_nlargefree', p, expected: 0, actual: local_nlargefree[p] });
    for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
      const cell = p * NUM_SIZE_CLASSES + c;
      if (alloc[cell] !== 0) drifts.push({ counter: 'cached span', p, class: c, expected: 0, actual: alloc[cell] });
      if (local_nsmallfree[cell] !== 0)
        drifts.push({ counter: 'local_nsmallfree', p, class: c, expected: 0, actual: local_nsmallfree[cell] });
    }
  }
  return drifts;
}
