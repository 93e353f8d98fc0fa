/**
 * The heap (`mheap_`) and its page heap, from the runtime's mheap.go: runs of 8 KiB pages, handed out best fit, and
 * merged with their free neighbours when they come back. The scavenger, which returns idle pages to the operating
 * system, is not modelled.
 *
 * The heap is one plain object. The other files of `model/` are functions on it, one file for each part of the runtime.
 * Counters are float64 (exact below 2^53), or arrays of them by class.
 */
import { clearBitmaps, freeSpanBits, newBitmaps, newSpanBits, type Bitmaps } from './mbitmap';
import { MCaches, allocmcaches } from './mcache';
import { clearSweepBuf, newSweepBuf, push, sweptSpans, type SweepBuf } from './mgcsweepbuf';
import { SPAN_ALLOCATED, SPAN_FREED, emit, newEvents, type Events } from './events';
import {
  NOT_IN_USE,
  NO_LIST,
  SPAN_FREE,
  SPAN_IN_USE,
  SPAN_MANUAL,
  clearSpans,
  freeSpanStructure,
  newSpan,
  newSpans,
  type Spans,
} from './mspan';
import { MAX_MHEAP_LIST, busy, free, insert, insertBack, newSpanLists, remove, type SpanLists } from './mspanlist';
import { clearPageMap, newPageMap, setSpanAtPage, spanAtPage, type PageMap } from './pagemap';
import { reclaim } from './reclaim';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from './sizeclasses';
import { throw_ } from './throw';

/** The least number of pages that the heap grows by (`_HeapAllocChunk`, 1 MiB). */
export const HEAP_ALLOC_CHUNK_PAGES = 128;

/** The heap grows by a multiple of this number of pages (64 KiB). */
export const GROW_MULTIPLE_PAGES = 8;

export interface Heap {
  readonly spans: Spans;
  readonly lists: SpanLists;
  readonly bitmaps: Bitmaps;
  readonly mcaches: MCaches;
  readonly events: Events;

  /** The number of Ps; their caches are rows 0 to `gomaxprocs - 1`. */
  gomaxprocs: number;

  /** The span at each page (`mheap_.spans`). Only the first and the last page of a span are kept up to date. */
  readonly pageToSpan: PageMap;
  /** The pages of the arena are those below this number. */
  arenaUsedPages: number;

  /** The sweep generation. Every collection advances it by 2, and nothing else does (`gcSweep`). */
  sweepgen: number;
  /** The stacks of swept and of unswept spans in use, which trade roles at every collection (mgcsweepbuf.ts). */
  readonly sweepSpans: readonly [SweepBuf, SweepBuf];
  /** True if nothing is left to sweep (`sweepdone`). */
  isSweepDone: boolean;

  /** Pages of spans in use. Moves when a span is allocated for objects (`alloc`) and when it is freed. */
  pagesInUse: number;
  /** Bytes of all large objects ever allocated, rounded up to pages. Moves in `alloc` and never falls. */
  largealloc: number;
  /** All large objects ever allocated. Moves with `largealloc`. */
  nlargealloc: number;
  /** Bytes of large objects freed, up to the last flush: a flush adds `local_largefree` (`purgecachedstats`). */
  largefree: number;
  /** Large objects freed, up to the last flush: a flush adds `local_nlargefree`. */
  nlargefree: number;
  /** Small objects freed, by class, up to the last flush: a flush adds `local_nsmallfree`. */
  readonly nsmallfree: Float64Array;
  /**
   * Small objects allocated, by class, as if every cached span were full (`mcentral.nmalloc`). Caching a span adds its
   * free slots (`cacheSpan`), uncaching it subtracts those that are still free (`uncacheSpan`), and a single allocation
   * moves nothing.
   */
  readonly nmalloc: Float64Array;

  /** Size classes that ever had a span, in order of their first span. The rows of all other classes are zero. */
  readonly classesInPlay: Uint8Array;
  classesInPlayLength: number;
  /** 1 for each class in play. */
  readonly isInPlay: Uint8Array;

  /**
   * Tiny allocations that fitted into a block, up to the last flush. A flush adds `local_tinyallocs`, and so does the
   * page heap when that P takes or returns pages.
   */
  tinyallocs: number;
  /**
   * Bytes that were live at the last collection, plus the charges since: caching a span adds its free slots, uncaching
   * it subtracts those that are still free, and a large object adds its pages. A collection sets it to the bytes
   * marked.
   */
  heap_live: number;
  /** Bytes of the arena, without those of stacks. Moves when the arena grows and when a stack comes or goes. */
  heap_sys: number;
  /** Bytes in free spans. Moves when a run of pages enters or leaves the page heap. */
  heap_idle: number;
  /** Bytes in spans in use. Moves with `pagesInUse`. */
  heap_inuse: number;
  /** Bytes in stacks. Moves when a stack comes or goes (`allocManual`, `freeManual`). */
  stacks_inuse: number;
  /** Collections so far. */
  numgc: number;
}

/** @param gomaxprocs the number of Ps, 1 to `MAX_PROCS` of mcache.ts. */
export function newHeap(gomaxprocs: number): Heap {
  const h: Heap = {
    spans: newSpans(),
    lists: newSpanLists(),
    bitmaps: newBitmaps(),
    mcaches: new MCaches(),
    events: newEvents(),
    gomaxprocs,
    pageToSpan: newPageMap(),
    arenaUsedPages: 0,
    sweepgen: 0,
    sweepSpans: [newSweepBuf(), newSweepBuf()],
    isSweepDone: false,
    pagesInUse: 0,
    largealloc: 0,
    nlargealloc: 0,
    largefree: 0,
    nlargefree: 0,
    nsmallfree: new Float64Array(NUM_SIZE_CLASSES),
    nmalloc: new Float64Array(NUM_SIZE_CLASSES),
    classesInPlay: new Uint8Array(NUM_SIZE_CLASSES),
    classesInPlayLength: 0,
    isInPlay: new Uint8Array(NUM_SIZE_CLASSES),
    tinyallocs: 0,
    heap_live: 0,
    heap_sys: 0,
    heap_idle: 0,
    heap_inuse: 0,
    stacks_inuse: 0,
    numgc: 0,
  };
  resetHeap(h, gomaxprocs);
  return h;
}

/** Resets a used heap to the state that `newHeap` returns, in the memory that it has. */
export function resetHeap(h: Heap, gomaxprocs: number): void {
  clearSpans(h.spans);
  h.lists.first.fill(0);
  h.lists.last.fill(0);
  clearBitmaps(h.bitmaps);
  allocmcaches(h.mcaches, 0, h.mcaches.procs);
  h.mcaches.procs = gomaxprocs;
  h.events.length = 0;
  h.gomaxprocs = gomaxprocs;
  clearPageMap(h.pageToSpan);
  h.arenaUsedPages = 0;
  h.sweepgen = 0;
  for (const buf of h.sweepSpans) clearSweepBuf(buf);
  h.isSweepDone = false;
  h.pagesInUse = 0;
  h.largealloc = 0;
  h.nlargealloc = 0;
  h.largefree = 0;
  h.nlargefree = 0;
  h.nsmallfree.fill(0);
  h.nmalloc.fill(0);
  h.classesInPlay.fill(0);
  h.classesInPlayLength = 0;
  h.isInPlay.fill(0);
  h.tinyallocs = 0;
  h.heap_live = 0;
  h.heap_sys = 0;
  h.heap_idle = 0;
  h.heap_inuse = 0;
  h.stacks_inuse = 0;
  h.numgc = 0;
}

/**
 * Allocates a span of `npages` pages for objects (`mheap.alloc`).
 * @param sizeclass 0 for a large object, which is counted here.
 */
export function alloc(h: Heap, p: number, npages: number, sizeclass: number): number {
  const spans = h.spans;
  if (!h.isSweepDone) reclaim(h, p, npages);
  transferTinyallocs(h, p);
  const s = allocSpanLocked(h, npages);
  h.heap_inuse += npages * PAGE_SIZE_BYTES;
  spans.sweepgen[s] = h.sweepgen;
  spans.state[s] = SPAN_IN_USE;
  push(sweptSpans(h), s);
  spans.sizeclass[s] = sizeclass;
  spans.allocCount[s] = 0;
  spans.freeindex[s] = 0;
  spans.nelems[s] = class_to_nelems[sizeclass];
  newSpanBits(h.bitmaps, spans, s);
  h.pagesInUse += npages;
  if (sizeclass === 0) {
    h.largealloc += npages * PAGE_SIZE_BYTES;
    h.nlargealloc++;
    h.heap_live += npages * PAGE_SIZE_BYTES;
    insertBack(h.lists, spans, busy(npages), s);
  }
  bringIntoPlay(h, sizeclass);
  emit(h.events, SPAN_ALLOCATED, s, 0);
  return s;
}

/** Gives back a swept span without objects (`mheap.freeSpan`). */
export function freeSpan(h: Heap, p: number, s: number): void {
  transferTinyallocs(h, p);
  h.heap_inuse -= h.spans.npages[s] * PAGE_SIZE_BYTES;
  emit(h.events, SPAN_FREED, s, 0);
  freeSpanLocked(h, s, true);
}

/** Allocates a span for a stack; it counts neither as in use nor in `heap_sys` (`mheap.allocManual`). */
export function allocManual(h: Heap, npages: number): number {
  const s = allocSpanLocked(h, npages);
  h.stacks_inuse += npages * PAGE_SIZE_BYTES;
  h.heap_sys -= npages * PAGE_SIZE_BYTES;
  h.spans.state[s] = SPAN_MANUAL;
  h.spans.allocCount[s] = 0;
  emit(h.events, SPAN_ALLOCATED, s, 0);
  return s;
}

/** Gives back the span of a stack (`mheap.freeManual`). */
export function freeManual(h: Heap, s: number): void {
  const bytes = h.spans.npages[s] * PAGE_SIZE_BYTES;
  h.stacks_inuse -= bytes;
  h.heap_sys += bytes;
  emit(h.events, SPAN_FREED, s, 0);
  freeSpanLocked(h, s, true);
}

/**
 * Takes a span of exactly `npages` pages from the smallest run that is long enough, and gives the rest back
 * (`mheap.allocSpanLocked`). The span is on no list, and its state is still free.
 */
function allocSpanLocked(h: Heap, npages: number): number {
  const spans = h.spans;
  let s = bestFit(h, npages);
  if (s === 0) {
    grow(h, npages);
    s = bestFit(h, npages);
  }
  if (spans.state[s] !== SPAN_FREE) throw_('MHeap_AllocLocked - MSpan not free');
  if (spans.npages[s] < npages) throw_('MHeap_AllocLocked - bad npages');
  remove(h.lists, spans, free(spans.npages[s]), s);

  const rest = spans.npages[s] - npages;
  if (rest > 0) {
    const t = newSpan(spans, spans.base[s] + npages, rest);
    spans.npages[s] = npages;
    mapSpan(h, s);
    mapSpan(h, t);
    // Neither span is free for a moment, so that the rest is not merged with the span it was cut from.
    spans.state[s] = SPAN_MANUAL;
    spans.state[t] = SPAN_MANUAL;
    freeSpanLocked(h, t, false);
    spans.state[s] = SPAN_FREE;
  }
  h.heap_idle -= npages * PAGE_SIZE_BYTES;
  if (spans.list[s] !== NO_LIST) throw_('still in list');
  return s;
}

/**
 * Returns the free span that fits best, or 0 if none is long enough: the shortest one, and among equally long ones on
 * `freelarge` the first in the arena (`bestFit`, `mheap.allocLarge`).
 */
function bestFit(h: Heap, npages: number): number {
  const first = h.lists.first;
  for (let n = npages; n < MAX_MHEAP_LIST; n++) {
    const s = first[free(n)];
    if (s !== 0) return s;
  }
  const { npages: length, base, next } = h.spans;
  let best = 0;
  for (let s = first[free(MAX_MHEAP_LIST)]; s !== 0; s = next[s]) {
    if (length[s] < npages) continue;
    if (best === 0 || length[s] < length[best] || (length[s] === length[best] && base[s] < base[best])) best = s;
  }
  return best;
}

/** Grows the arena until it has a free run of `npages` pages (`mheap.grow`). */
function grow(h: Heap, npages: number): void {
  const rounded = Math.ceil(npages / GROW_MULTIPLE_PAGES) * GROW_MULTIPLE_PAGES;
  const ask = Math.max(rounded, HEAP_ALLOC_CHUNK_PAGES);
  const s = newSpan(h.spans, h.arenaUsedPages, ask);
  h.arenaUsedPages += ask;
  h.heap_sys += ask * PAGE_SIZE_BYTES;
  mapSpan(h, s);
  // The span is "in use" for a moment, so that freeing it merges it with a free end of the arena.
  h.spans.sweepgen[s] = h.sweepgen;
  h.spans.state[s] = SPAN_IN_USE;
  h.pagesInUse += ask;
  freeSpanLocked(h, s, true);
}

/**
 * Puts a span into the page heap and merges it with free neighbours (`mheap.freeSpanLocked`).
 * @param acctidle true to count its pages as idle. The pages of a rest are counted already.
 */
function freeSpanLocked(h: Heap, s: number, acctidle: boolean): void {
  const spans = h.spans;
  if (spans.state[s] === SPAN_MANUAL) {
    if (spans.allocCount[s] !== 0) throw_('MHeap_FreeSpanLocked - invalid stack free');
  } else if (spans.state[s] === SPAN_IN_USE) {
    if (spans.allocCount[s] !== 0 || spans.sweepgen[s] !== h.sweepgen) throw_('MHeap_FreeSpanLocked - invalid free');
    if (spans.nelems[s] > 0) freeSpanBits(h.bitmaps, spans, s);
    h.pagesInUse -= spans.npages[s];
  } else {
    throw_('MHeap_FreeSpanLocked - invalid span state');
  }
  if (spans.list[s] !== NO_LIST) remove(h.lists, spans, busy(spans.npages[s]), s);
  if (acctidle) h.heap_idle += spans.npages[s] * PAGE_SIZE_BYTES;
  spans.state[s] = SPAN_FREE;
  spans.sizeclass[s] = NOT_IN_USE;
  spans.freeindex[s] = 0;
  spans.nelems[s] = 0;
  coalesce(h, s);
  mapSpan(h, s);
  insert(h.lists, spans, free(spans.npages[s]), s);
}

/** Merges a free span with its free neighbours on both sides. */
function coalesce(h: Heap, s: number): void {
  const spans = h.spans;
  if (spans.base[s] > 0) {
    const before = spanAtPage(h.pageToSpan, spans.base[s] - 1);
    if (spans.state[before] === SPAN_FREE) {
      spans.base[s] = spans.base[before];
      spans.npages[s] += spans.npages[before];
      remove(h.lists, spans, free(spans.npages[before]), before);
      freeSpanStructure(spans, before);
    }
  }
  const end = spans.base[s] + spans.npages[s];
  if (end < h.arenaUsedPages) {
    const after = spanAtPage(h.pageToSpan, end);
    if (spans.state[after] === SPAN_FREE) {
      spans.npages[s] += spans.npages[after];
      remove(h.lists, spans, free(spans.npages[after]), after);
      freeSpanStructure(spans, after);
    }
  }
}

/** Enters a span at its first and its last page. */
function mapSpan(h: Heap, s: number): void {
  const base = h.spans.base[s];
  setSpanAtPage(h.pageToSpan, base, s);
  setSpanAtPage(h.pageToSpan, base + h.spans.npages[s] - 1, s);
}

/** Records that a class has spans. */
export function bringIntoPlay(h: Heap, sizeclass: number): void {
  if (sizeclass === 0 || h.isInPlay[sizeclass] !== 0) return;
  h.isInPlay[sizeclass] = 1;
  h.classesInPlay[h.classesInPlayLength++] = sizeclass;
}

/** Flushes the tiny count of a P, as the page heap does whenever that P takes or returns pages (`mheap.alloc_m`). */
function transferTinyallocs(h: Heap, p: number): void {
  h.tinyallocs += h.mcaches.local_tinyallocs[p];
  h.mcaches.local_tinyallocs[p] = 0;
}
