/**
 * Sweeping, from the runtime's mgcsweep.go. It frees the objects that the last collection did not mark, one span at a
 * time, at any moment before the next collection starts, on any P. The frees count on the P that sweeps, not on the P
 * that allocated. Background sweeping and sweep credit are not modelled.
 */
import { countAlloc, nextFreeIndex, swapMarkBits } from './mbitmap';
import { freeSpan as freeSpanToCentral } from './mcentral';
import { freeSpan as freeSpanToHeap, type Heap } from './mheap';
import { pop, push, sweptSpans, unsweptSpans } from './mgcsweepbuf';
import { SWEPT, emit } from './events';
import { SPAN_IN_USE, elemsize } from './mspan';
import { NUM_SIZE_CLASSES } from './sizeclasses';
import { throw_ } from './throw';

/** Sweeps a span if it still needs sweeping (`mspan.ensureSwept`). */
export function sweepSpan(h: Heap, p: number, s: number): void {
  const spans = h.spans;
  if (spans.state[s] !== SPAN_IN_USE || spans.sweepgen[s] !== h.sweepgen - 2) return;
  spans.sweepgen[s] = h.sweepgen - 1;
  sweep(h, p, s, false);
}

/**
 * Sweeps the next span that needs it (`sweepone`).
 * @returns true if there was one.
 */
export function sweepone(h: Heap, p: number): boolean {
  const spans = h.spans;
  const unswept = unsweptSpans(h);
  for (let s = pop(unswept); s !== 0; s = pop(unswept)) {
    if (spans.state[s] === SPAN_IN_USE && spans.sweepgen[s] === h.sweepgen - 2) {
      spans.sweepgen[s] = h.sweepgen - 1;
      sweep(h, p, s, false);
      return true;
    }
  }
  h.isSweepDone = true;
  return false;
}

/**
 * Frees the unmarked objects of a span that the caller has claimed (`mspan.sweep`).
 * @param preserve true to leave the span on its list, because cacheSpan has taken it.
 * @returns true if the span went back to the page heap.
 */
export function sweep(h: Heap, p: number, s: number, preserve: boolean): boolean {
  const isFreed = freeUnmarked(h, p, s, preserve);
  // A span that is still in use is swept again after the next collection.
  if (!isFreed) push(sweptSpans(h), s);
  return isFreed;
}

function freeUnmarked(h: Heap, p: number, s: number, preserve: boolean): boolean {
  const { spans, mcaches } = h;
  if (spans.state[s] !== SPAN_IN_USE || spans.sweepgen[s] !== h.sweepgen - 1) throw_('MSpan_Sweep: bad span state');
  emit(h.events, SWEPT, s, p);
  const sizeclass = spans.sizeclass[s];
  const nalloc = countAlloc(h.bitmaps, spans, s);
  const nfreed = spans.allocCount[s] - nalloc;
  if (nfreed < 0) throw_('sweep increased allocation count');
  const wasempty = nextFreeIndex(h.bitmaps, spans, s) === spans.nelems[s];
  spans.allocCount[s] = nalloc;
  spans.freeindex[s] = 0;
  swapMarkBits(h.bitmaps, spans, s);

  if (nfreed === 0) {
    spans.sweepgen[s] = h.sweepgen;
    return false;
  }
  if (sizeclass !== 0) {
    mcaches.local_nsmallfree[p * NUM_SIZE_CLASSES + sizeclass] += nfreed;
    return freeSpanToCentral(h, p, s, preserve, wasempty);
  }
  spans.sweepgen[s] = h.sweepgen;
  const bytes = elemsize(spans, s);
  freeSpanToHeap(h, p, s);
  mcaches.local_nlargefree[p]++;
  mcaches.local_largefree[p] += bytes;
  return true;
}
