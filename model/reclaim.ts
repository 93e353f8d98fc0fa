/**
 * Sweeping to make room, from the runtime's mheap.go (`mheap.reclaim`). While a sweep is open, the heap sweeps until as
 * many pages have come back as it is about to hand out. So allocating a span can sweep others, of any class.
 */
import type { Heap } from './mheap';
import { sweep, sweepone } from './mgcsweep';
import { MAX_MHEAP_LIST, busy, insertBack, remove } from './mspanlist';

/** Sweeps until `npages` pages have come back, or nothing is left to sweep (`mheap.reclaim`). */
export function reclaim(h: Heap, p: number, npages: number): void {
  // First try large objects that are long enough: one of them will do.
  for (let i = npages; i < MAX_MHEAP_LIST; i++) if (reclaimList(h, p, busy(i), npages) !== 0) return;
  if (reclaimList(h, p, busy(MAX_MHEAP_LIST), npages) !== 0) return;
  // Of the shorter ones it takes several.
  let reclaimed = 0;
  for (let i = 0; i < npages && i < MAX_MHEAP_LIST; i++) {
    reclaimed += reclaimList(h, p, busy(i), npages - reclaimed);
    if (reclaimed >= npages) return;
  }
  const wanted = h.pagesInUse - (npages - reclaimed);
  while (h.pagesInUse > wanted && sweepone(h, p));
}

/** Sweeps a list of large objects until `npages` pages have come back; returns how many have (`reclaimList`). */
function reclaimList(h: Heap, p: number, list: number, npages: number): number {
  const { spans, lists, sweepgen } = h;
  let reclaimed = 0;
  // Swept spans are at the end, so the first swept span ends the loop.
  for (let s = lists.first[list]; s !== 0 && spans.sweepgen[s] === sweepgen - 2; s = lists.first[list]) {
    spans.sweepgen[s] = sweepgen - 1;
    remove(lists, spans, list, s);
    insertBack(lists, spans, list, s);
    const pages = spans.npages[s];
    if (sweep(h, p, s, false)) reclaimed += pages;
    if (reclaimed >= npages) break;
  }
  return reclaimed;
}
