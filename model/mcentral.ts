/**
 * The central lists, from the runtime's mcentral.go: for each size class the spans with a free slot (`nonempty`), and
 * the spans that are full or in a cache (`empty`). It hands out spans, not objects (malloc.ts does).
 *
 * Small objects are counted here and nowhere else. When a span enters a cache, `nmalloc` and `heap_live` are charged as
 * if all its free slots had been allocated (`cacheSpan`); when it comes back, the slots that are still free are
 * refunded (`uncacheSpan`). Commit golang/go 4a7cf960 (Go 1.9) introduced this.
 */
import { nextFreeIndex } from './mbitmap';
import { alloc, freeSpan as freeSpanToHeap, type Heap } from './mheap';
import { sweep } from './mgcsweep';
import { NONE_FREE, emit } from './events';
import { NO_LIST } from './mspan';
import { empty, insert, insertBack, nonempty, remove } from './mspanlist';
import { PAGE_SIZE_BYTES, class_to_allocnpages, class_to_size } from './sizeclasses';
import { throw_ } from './throw';

/** Returns a span of the class with a free slot, charged in full, for the cache of P `p` (`mcentral.cacheSpan`). */
export function cacheSpan(h: Heap, p: number, sizeclass: number): number {
  const spans = h.spans;
  const s = spanWithFreeSlot(h, p, sizeclass);
  const n = spans.nelems[s] - spans.allocCount[s];
  if (n === 0 || spans.freeindex[s] === spans.nelems[s]) throw_('span has no free objects');
  // Assume that all free slots of this span will be allocated; uncacheSpan refunds those that were not.
  h.nmalloc[sizeclass] += n;
  const spanBytes = spans.npages[s] * PAGE_SIZE_BYTES;
  const usedBytes = spans.allocCount[s] * class_to_size[sizeclass];
  h.heap_live += spanBytes - usedBytes;
  spans.incache[s] = 1;
  return s;
}

/** Takes a span out of a cache and refunds the charge for its free slots (`mcentral.uncacheSpan`). */
export function uncacheSpan(h: Heap, s: number): void {
  const spans = h.spans;
  spans.incache[s] = 0;
  if (spans.allocCount[s] === 0) throw_('uncaching span but s.allocCount == 0');
  const n = spans.nelems[s] - spans.allocCount[s];
  if (n > 0) {
    const sizeclass = spans.sizeclass[s];
    remove(h.lists, spans, empty(sizeclass), s);
    insert(h.lists, spans, nonempty(sizeclass), s);
    h.heap_live -= n * class_to_size[sizeclass];
    h.nmalloc[sizeclass] -= n;
  }
}

/**
 * Puts a swept span, of which at least one slot was freed, on the list where it belongs now (`mcentral.freeSpan`).
 * @param preserve true to leave the span on its list, because cacheSpan has taken it.
 * @param wasempty true if the span had no free slot before the sweep.
 * @returns true if the span went back to the page heap.
 */
export function freeSpan(h: Heap, p: number, s: number, preserve: boolean, wasempty: boolean): boolean {
  const spans = h.spans;
  if (spans.incache[s] !== 0) throw_('freeSpan given cached span');
  if (preserve) {
    if (spans.list[s] === NO_LIST) throw_("can't preserve unlinked span");
    spans.sweepgen[s] = h.sweepgen;
    return false;
  }
  const sizeclass = spans.sizeclass[s];
  if (wasempty) {
    remove(h.lists, spans, empty(sizeclass), s);
    insert(h.lists, spans, nonempty(sizeclass), s);
  }
  spans.sweepgen[s] = h.sweepgen;
  if (spans.allocCount[s] !== 0) return false;
  remove(h.lists, spans, nonempty(sizeclass), s);
  freeSpanToHeap(h, p, s);
  return true;
}

/** Finds or allocates a span with a free slot, sweeps it if needed and moves it to the end of `empty` (`cacheSpan`). */
function spanWithFreeSlot(h: Heap, p: number, sizeclass: number): number {
  const { spans, lists } = h;
  const first = lists.first[nonempty(sizeclass)];
  if (first !== 0) {
    const needsSweep = spans.sweepgen[first] === h.sweepgen - 2;
    remove(lists, spans, nonempty(sizeclass), first);
    insertBack(lists, spans, empty(sizeclass), first);
    if (needsSweep) {
      spans.sweepgen[first] = h.sweepgen - 1;
      sweep(h, p, first, true);
    }
    return first;
  }
  // Swept spans are at the end of `empty`, so the first swept span ends the search.
  let s = lists.first[empty(sizeclass)];
  while (s !== 0 && spans.sweepgen[s] === h.sweepgen - 2) {
    spans.sweepgen[s] = h.sweepgen - 1;
    remove(lists, spans, empty(sizeclass), s);
    insertBack(lists, spans, empty(sizeclass), s);
    sweep(h, p, s, true);
    if (setFreeindex(h, s)) return s;
    s = lists.first[empty(sizeclass)];
  }
  emit(h.events, NONE_FREE, 0, sizeclass);
  const fresh = alloc(h, p, class_to_allocnpages[sizeclass], sizeclass);
  insertBack(lists, spans, empty(sizeclass), fresh);
  return fresh;
}

/** Moves `freeindex` to the first free slot; returns true if there is one. */
function setFreeindex(h: Heap, s: number): boolean {
  const freeindex = nextFreeIndex(h.bitmaps, h.spans, s);
  h.spans.freeindex[s] = freeindex;
  return freeindex !== h.spans.nelems[s];
}
