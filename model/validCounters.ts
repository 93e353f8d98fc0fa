/** Whether the counters of classes that no span ever had are zero, and those of Ps that are gone. */
import type { Defect } from './defect';
import type { Heap } from './mheap';
import { EMPTYMSPAN } from './mspan';
import { NUM_SIZE_CLASSES } from './sizeclasses';

/** The first counter that something moved which had no business with it, or nothing. O(Ps · classes). */
export function countersDefect(h: Heap): Defect | undefined {
  const isInPlay = new Uint8Array(NUM_SIZE_CLASSES);
  for (let i = 0; i < h.classesInPlayLength; i++) isInPlay[h.classesInPlay[i]] = 1;
  for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
    if (isInPlay[c] !== 0) continue;
    if (h.nmalloc[c] !== 0) return { what: 'nmalloc of a class without spans', class: c, expected: 0, actual: h.nmalloc[c] };
    if (h.nsmallfree[c] !== 0) return { what: 'nsmallfree of a class without spans', class: c, expected: 0, actual: h.nsmallfree[c] };
  }
  const { alloc, local_nsmallfree, local_tinyallocs, local_largefree, local_nlargefree } = h.mcaches;
  for (let p = 0; p < h.mcaches.procs; p++) {
    const isGone = p >= h.gomaxprocs;
    for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
      if (isInPlay[c] !== 0 && !isGone) continue;
      const cell = p * NUM_SIZE_CLASSES + c;
      if (local_nsmallfree[cell] !== 0) return { what: 'local_nsmallfree that nobody will flush', class: c, p, expected: 0, actual: local_nsmallfree[cell] };
      if (alloc[cell] !== EMPTYMSPAN) return { what: 'cached span of a class or P that is not', class: c, p, expected: EMPTYMSPAN, actual: alloc[cell] };
    }
    if (!isGone) continue;
    if (local_tinyallocs[p] !== 0) return { what: 'local_tinyallocs of a P that is gone', p, expected: 0, actual: local_tinyallocs[p] };
    if (local_largefree[p] !== 0) return { what: 'local_largefree of a P that is gone', p, expected: 0, actual: local_largefree[p] };
    if (local_nlargefree[p] !== 0) return { what: 'local_nlargefree of a P that is gone', p, expected: 0, actual: local_nlargefree[p] };
  }
  return undefined;
}
