/** The collection cycle, from the runtime's mgc.go, as far as it moves statistics. */
import { countAlloc, markReachable } from './mbitmap';
import { flushallmcaches, cachestats } from './mstats';
import type { Heap } from './mheap';
import { sweepone } from './mgcsweep';
import { SPAN_IN_USE, elemsize } from './mspan';

/**
 * One collection, started on P `p`: that P ends the sweep of the cycle before, the caches are flushed, what
 * is reachable is marked, and from here on every span in use needs sweeping (`gcStart` to `gcSweep`).
 */
export function gcStart(h: Heap, p: number): void {
  while (sweepone(h, p));
  flushallmcaches(h);
  const bytesMarked = mark(h);
  cachestats(h);
  // This must come after flushallmcaches, which moves heap_live.
  h.heap_live = bytesMarked;
  h.sweepgen += 2;
  h.sweepidx = 1;
  h.numgc++;
}

/** Marks all that is reachable; returns its bytes. */
function mark(h: Heap): number {
  const spans = h.spans;
  let bytesMarked = 0;
  for (let s = 1; s < spans.length; s++) {
    if (spans.state[s] !== SPAN_IN_USE) continue;
    markReachable(h.bitmaps, spans, s);
    bytesMarked += countAlloc(h.bitmaps, spans, s) * elemsize(spans, s);
  }
  return bytesMarked;
}
