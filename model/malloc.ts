/**
 * Allocation of small, tiny and large objects, from the runtime's malloc.go (`mallocgc`). It takes slots of cached
 * spans and moves their `allocCount`. It moves none of the published counters but `local_tinyallocs`: small objects are
 * counted when their span is cached (mcentral.ts), large ones when their span is allocated (mheap.ts).
 */
import { nextFreeIndex, setReachable } from './mbitmap';
import { refill } from './mcache';
import { alloc, type Heap } from './mheap';
import { PLACED, emit } from './events';
import { MAX_TINY_SIZE_BYTES, NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, TINY_SIZE_CLASS } from './sizeclasses';
import { throw_ } from './throw';

/** Allocates one object of a class from the span that P `p` has cached. The last PLACED event says where it lies. */
export function smallAlloc(h: Heap, p: number, sizeclass: number): void {
  nextFree(h, p, sizeclass);
}

/**
 * Allocates an object without pointers of 0 to 15 bytes, in the P's tiny block if it fits and in a new block if not
 * (the tiny allocator of `mallocgc`). The last PLACED event says where it lies. Size 0 takes no place and counts
 * nothing.
 */
export function tinyAlloc(h: Heap, p: number, sizeBytes: number): void {
  if (sizeBytes === 0) return;
  const c = h.mcaches;
  const offset = alignTiny(c.tinyoffset[p], sizeBytes);
  if (c.tinySpan[p] !== 0 && offset + sizeBytes <= MAX_TINY_SIZE_BYTES) {
    c.tinyoffset[p] = offset + sizeBytes;
    c.local_tinyallocs[p]++;
    setReachable(h.bitmaps, h.spans, c.tinySpan[p], c.tinySlot[p], true);
    emit(h.events, PLACED, c.tinySpan[p], c.tinySlot[p]);
    return;
  }
  nextFree(h, p, TINY_SIZE_CLASS);
  // The new block becomes the current one if it has more room than the old one.
  if (c.tinySpan[p] === 0 || sizeBytes < c.tinyoffset[p]) {
    c.tinySpan[p] = h.events.data[h.events.length - 2];
    c.tinySlot[p] = h.events.data[h.events.length - 1];
    c.tinyoffset[p] = sizeBytes;
  }
}

/** Allocates an object above 32,768 bytes in a span of its own, rounded up to pages (`largeAlloc`). */
export function largeAlloc(h: Heap, p: number, sizeBytes: number): void {
  const npages = Math.ceil(sizeBytes / PAGE_SIZE_BYTES);
  const s = alloc(h, p, npages, 0);
  h.spans.freeindex[s] = 1;
  h.spans.allocCount[s] = 1;
  setReachable(h.bitmaps, h.spans, s, 0, true);
  emit(h.events, PLACED, s, 0);
}

/** Drops the last reference to the object in a slot, so that the next collection finds it dead. */
export function drop(h: Heap, s: number, slot: number): void {
  setReachable(h.bitmaps, h.spans, s, slot, false);
}

/** Takes the next free slot of the cached span, after a refill if that is full (`mcache.nextFree`). */
function nextFree(h: Heap, p: number, sizeclass: number): void {
  const spans = h.spans;
  let s = h.mcaches.alloc[p * NUM_SIZE_CLASSES + sizeclass];
  let slot = nextFreeIndex(h.bitmaps, spans, s);
  if (slot === spans.nelems[s]) {
    if (spans.allocCount[s] !== spans.nelems[s]) throw_('s.allocCount != s.nelems && freeIndex == s.nelems');
    s = refill(h, p, sizeclass);
    slot = nextFreeIndex(h.bitmaps, spans, s);
  }
  if (slot >= spans.nelems[s]) throw_('freeIndex is not valid');
  spans.freeindex[s] = slot + 1;
  spans.allocCount[s]++;
  if (spans.allocCount[s] > spans.nelems[s]) throw_('s.allocCount > s.nelems');
  setReachable(h.bitmaps, spans, s, slot, true);
  emit(h.events, PLACED, s, slot);
}

/** Aligns an offset for an object of this size, as `mallocgc` does: to 8, 4 or 2 bytes if these divide the size. */
function alignTiny(offset: number, sizeBytes: number): number {
  if ((sizeBytes & 7) === 0) return (offset + 7) & ~7;
  if ((sizeBytes & 3) === 0) return (offset + 3) & ~3;
  if ((sizeBytes & 1) === 0) return (offset + 1) & ~1;
  return offset;
}
