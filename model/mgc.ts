/** The collection cycle, from the runtime's mgc.go, as far as it moves statistics. */
import { countAlloc, isReachable, markReachable, setReachable } from './mbitmap';
import { flushallmcaches, cachestats } from './mstats';
import type { Heap } from './mheap';
import { sweepone } from './mgcsweep';
import { SPAN_IN_USE, elemsize } from './mspan';

/**
 * One collection, started on P `p`: that P ends the sweep of the cycle before, the caches are flushed, what
 * is reachable is marked, and from here on every span in use needs sweeping (`gcStart` to `gcSweep`).
 */
export function gcStart(h: Heap, p: number): void {
  const tinyBlocks = markTinyAllocs(h);
  while (sweepone(h, p));
  flushallmcaches(h);
  const bytesMarked = mark(h);
  cachestats(h);
  // This must come after flushallmcaches, which moves heap_live.
  h.heap_live = bytesMarked;
  h.sweepgen += 2;
  h.isSweepDone = false;
  h.numgc++;
  for (let i = 0; i < tinyBlocks.length; i += 2)
    setReachable(h.bitmaps, h.spans, tinyBlocks[i], tinyBlocks[i + 1], false);
}

/**
 * Has this collection keep the current tiny block of each P, also one that nothing refers to (`gcMarkTinyAllocs`):
 * the P may yet allocate in it. Returns those that were not reachable, span and slot of each.
 */
function markTinyAllocs(h: Heap): readonly number[] {
  const { tinySpan, tinySlot } = h.mcaches;
  const blocks: number[] = [];
  for (let p = 0; p < h.gomaxprocs; p++) {
    if (tinySpan[p] === 0 || isReachable(h.bitmaps, h.spans, tinySpan[p], tinySlot[p])) continue;
    setReachable(h.bitmaps, h.spans, tinySpan[p], tinySlot[p], true);
    blocks.push(tinySpan[p], tinySlot[p]);
  }
  return blocks;
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
