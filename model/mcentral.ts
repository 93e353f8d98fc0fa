/**
 * The central lists, from the runtime's mcentral.go: for each size class the spans with a free slot
 * (`nonempty`) and those that are full or in a cache (`empty`).
 *
 * This is where the statistics of small objects are made. `nmalloc` and `heap_live` move here and
 * nowhere else while objects are allocated: a span that goes into a cache is charged as if all its free
 * slots were allocated at once, and a span that comes back is refunded what is left of them.
 */
import { nextFreeIndex } from './mbitmap';
import { alloc, freeSpan as freeSpanToHeap, type Heap } from './mheap';
import { sweep } from './mgcsweep';
import { NONE_FREE, emit } from './events';
import { NO_LIST } from './mspan';
import { empty, insert, insertBack, nonempty, remove } from './mspanlist';
import { PAGE_SIZE_BYTES, class_to_allocnpages, class_to_size } from './sizeclasses';
import { throw_ } from './throw';

/** A span of the class with a free slot, charged in full, for the cache of P `p` (`cacheSpan`). */
export function cacheSpan(h: Heap, p: number, sizeclass: number): number {
  const spans = h.spans;
  const s = spanWithFreeSlot(h, p, sizeclass);
  const n = spans.nelems[s] - spans.allocCount[s];
  if (n === 0 || spans.freeindex[s] === spans.nelems[s]) throw_('span has no free objects');
  // Assume that all free slots of this span will be allocated; uncacheSpan corrects what was not.
  h.nmalloc[sizeclass] += n;
  const spanBytes = spans.npages[s] * PAGE_SIZE_BYTES;
  const usedBytes = spans.allocCount[s] * class_to_size[sizeclass];
  h.heap_live += spanBytes - usedBytes;
  spans.incache[s] = 1;
  return s;
}

/** Takes a span out of a cache: what is left of its charge is refunded (`uncacheSpan`). */
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
 * Puts a span that was swept, and of which something was freed, where it belongs now (`freeSpan`).
 * @param preserve leave it on its list: cacheSpan has taken it.
 * @param wasempty it had no free slot before the sweep.
 * @returns whether it went back to the page heap.
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

/** The search of cacheSpan: a span with a free slot, swept, at the end of `empty`. */
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
  // Swept spans are at the end of `empty`: behind the first of them there is nothing to sweep.
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

/** Moves `freeindex` to the first free slot; tells whether there is one. */
function setFreeindex(h: Heap, s: number): boolean {
  const freeindex = nextFreeIndex(h.bitmaps, h.spans, s);
  h.spans.freeindex[s] = freeindex;
  return freeindex !== h.spans.nelems[s];
}
