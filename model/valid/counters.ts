/**
 * The stray counters: counters of classes that never had a span, and of destroyed Ps, must be zero. The counters in
 * play are compared with the rescan, not here.
 */
import type { Defect } from './defect';
import type { Heap } from '../mheap';
import { EMPTYMSPAN } from '../mspan';
import { NUM_SIZE_CLASSES } from '../sizeclasses';

/** Returns the first stray counter that is not zero. O(Ps · classes). */
export function countersDefect(h: Heap): Defect | undefined {
  const { isInPlay, nmalloc, nsmallfree } = h;
  for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
    if (isInPlay[c] !== 0) continue;
    if (nmalloc[c] !== 0)
      return { what: 'nmalloc of a class without spans', class: c, expected: 0, actual: nmalloc[c] };
    if (nsmallfree[c] !== 0)
      return { what: 'nsmallfree of a class without spans', class: c, expected: 0, actual: nsmallfree[c] };
  }
  for (let p = 0; p < h.mcaches.procs; p++) {
    const defect = rowDefect(h, p) ?? goneDefect(h, p);
    if (defect !== undefined) return defect;
  }
  return undefined;
}

/** Checks the row of one P. Nearly all of its cells are empty, so the test for that comes first. */
function rowDefect(h: Heap, p: number): Defect | undefined {
  const { alloc, local_nsmallfree } = h.mcaches;
  const row = p * NUM_SIZE_CLASSES;
  for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
    const freed = local_nsmallfree[row + c];
    const cached = alloc[row + c];
    if (freed === 0 && cached === EMPTYMSPAN) continue;
    if (h.isInPlay[c] !== 0 && p < h.gomaxprocs) continue;
    return freed !== 0
      ? { what: 'local_nsmallfree that nobody will flush', class: c, p, expected: 0, actual: freed }
      : { what: 'cached span of a class or P that is not', class: c, p, expected: EMPTYMSPAN, actual: cached };
  }
  return undefined;
}

/** Checks the other local counts of a destroyed P. */
function goneDefect(h: Heap, p: number): Defect | undefined {
  if (p < h.gomaxprocs) return undefined;
  const { local_tinyallocs, local_largefree, local_nlargefree } = h.mcaches;
  if (local_tinyallocs[p] !== 0)
    return { what: 'local_tinyallocs of a P that is gone', p, expected: 0, actual: local_tinyallocs[p] };
  if (local_largefree[p] !== 0)
    return { what: 'local_largefree of a P that is gone', p, expected: 0, actual: local_largefree[p] };
  if (local_nlargefree[p] !== 0)
    return { what: 'local_nlargefree of a P that is gone', p, expected: 0, actual: local_nlargefree[p] };
  return undefined;
}
