/**
 * The collection cycle, from the runtime's mgc.go, as far as it moves statistics. Marking is one pass, with the world
 * stopped; there is no concurrent phase, no pacing and no assist.
 */
import { countAlloc, isReachable, markReachable, setReachable } from './mbitmap';
import { flushallmcaches, cachestats } from './mstats';
import type { Heap } from './mheap';
import { sweepone } from './mgcsweep';
import { SPAN_IN_USE, elemsize } from './mspan';

/**
 * Runs one collection on P `p`, as `gcStart` to `gcSweep` do. P `p` finishes the sweep of the previous cycle, all
 * caches are flushed, and reachable objects are marked; afterwards every span in use needs sweeping.
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
 * Makes this collection keep the current tiny block of each P, even if nothing refers to it, because the P may still
 * allocate in it (`gcMarkTinyAllocs`). Returns the span and slot of each block that was not reachable.
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

/** Marks all reachable objects; returns their bytes. */
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
