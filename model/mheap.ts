/**
 * The heap (`mheap_`) and its page heap, from the runtime's mheap.go: runs of 8 KiB pages, handed out best
 * fit and merged with their free neighbours when they come back.
 *
 * The heap is one plain object; the other files of `model/` are the functions on it, one file for each
 * part of the runtime. Counters are float64 (exact below 2^53) or, per class, arrays of them.
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

/** The heap grows by at least this (`_HeapAllocChunk`, 1 MiB). */
export const HEAP_ALLOC_CHUNK_PAGES = 128;

/** And by a multiple of this (64 KiB). */
export const GROW_MULTIPLE_PAGES = 8;

export interface Heap {
  readonly spans: Spans;
  readonly lists: SpanLists;
  readonly bitmaps: Bitmaps;
  readonly mcaches: MCaches;
  readonly events: Events;

  /** Ps that exist; their mcaches are rows 0 to `gomaxprocs - 1`. */
  gomaxprocs: number;

  /** The span at each page, right at the first and the last page of every span (`mheap_.spans`). */
  readonly pageToSpan: PageMap;
  /** Pages below this belong to the arena. */
  arenaUsedPages: number;

  /** Advances by 2 with every collection. */
  sweepgen: number;
  /** The spans in use, swept and not, by turns (see mgcsweepbuf.ts). */
  readonly sweepSpans: readonly [SweepBuf, SweepBuf];
  /** Whether nothing is left to sweep (`sweepdone`). */
  isSweepDone: boolean;

  /** Pages of spans in use. Moves when a span of the collected heap is allocated or freed. */
  pagesInUse: number;
  /** Bytes of large objects ever allocated, rounded up to pages. */
  largealloc: number;
  /** Large objects ever allocated. */
  nlargealloc: number;
  /** Bytes of large objects freed, as of the last flush of the Ps' local counts. */
  largefree: number;
  /** Large objects freed, as of the last flush. */
  nlargefree: number;
  /** Small objects freed, by class, as of the last flush. */
  readonly nsmallfree: Float64Array;
  /**
   * `mcentral.nmalloc`: small objects allocated, by class, if every cached span is used up.
   * A span's free slots are bet on when it is cached, and what is left of them is taken back
   * when it is uncached.
   */
  readonly nmalloc: Float64Array;

  /** Size classes that ever had a span, in the order of their first; the rows of all others are zero. */
  readonly classesInPlay: Uint8Array;
  classesInPlayLength: number;
  /** 1 for each class in play. */
  readonly isInPlay: Uint8Array;

  /** Tiny allocations that fitted into a block, as of the last flush. */
  tinyallocs: number;
  /** Bytes live at the last collection, and all that was bet on since. */
  heap_live: number;
  /** Bytes that the arena has for the collected heap; stacks are not in it. */
  heap_sys: number;
  /** Bytes in free spans. */
  heap_idle: number;
  /** Bytes in spans in use. */
  heap_inuse: number;
  /** Bytes in stacks. */
  stacks_inuse: number;
  numgc: number;
}

/** @param gomaxprocs number of Ps, 1 to MAX_PROCS of mcache.ts. */
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

/** Makes a used heap as `newHeap` would, in the memory that it has; what it grew to is forgotten. */
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
 * A span in use of `npages` pages (`mheap.alloc`).
 * @param sizeclass 0 for a large object.
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

/** Gives a swept span without objects back (`mheap.freeSpan`). */
export function freeSpan(h: Heap, p: number, s: number): void {
  transferTinyallocs(h, p);
  h.heap_inuse -= h.spans.npages[s] * PAGE_SIZE_BYTES;
  emit(h.events, SPAN_FREED, s, 0);
  freeSpanLocked(h, s, true);
}

/** A span for a stack of `npages` pages (`allocManual`); it counts neither as in use nor as `heap_sys`. */
export function allocManual(h: Heap, npages: number): number {
  const s = allocSpanLocked(h, npages);
  h.stacks_inuse += npages * PAGE_SIZE_BYTES;
  h.heap_sys -= npages * PAGE_SIZE_BYTES;
  h.spans.state[s] = SPAN_MANUAL;
  h.spans.allocCount[s] = 0;
  emit(h.events, SPAN_ALLOCATED, s, 0);
  return s;
}

/** Gives a stack's span back (`freeManual`). */
export function freeManual(h: Heap, s: number): void {
  const bytes = h.spans.npages[s] * PAGE_SIZE_BYTES;
  h.stacks_inuse -= bytes;
  h.heap_sys += bytes;
  emit(h.events, SPAN_FREED, s, 0);
  freeSpanLocked(h, s, true);
}

/**
 * A span of exactly `npages` pages, off every list and still in state free: the smallest run that is
 * long enough, its rest given back (`allocSpanLocked`).
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
    // Neither is free for a moment, so that the rest is not merged with what it is cut from.
    spans.state[s] = SPAN_MANUAL;
    spans.state[t] = SPAN_MANUAL;
    freeSpanLocked(h, t, false);
    spans.state[s] = SPAN_FREE;
  }
  h.heap_idle -= npages * PAGE_SIZE_BYTES;
  if (spans.list[s] !== NO_LIST) throw_('still in list');
  return s;
}

/** The free span that fits best: the shortest, and of the long ones the first in the arena. 0 if none. */
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

/** Makes the arena larger, so that it has a free run of `npages` pages (`mheap.grow`). */
function grow(h: Heap, npages: number): void {
  const rounded = Math.ceil(npages / GROW_MULTIPLE_PAGES) * GROW_MULTIPLE_PAGES;
  const ask = Math.max(rounded, HEAP_ALLOC_CHUNK_PAGES);
  const s = newSpan(h.spans, h.arenaUsedPages, ask);
  h.arenaUsedPages += ask;
  h.heap_sys += ask * PAGE_SIZE_BYTES;
  mapSpan(h, s);
  // It is "in use" for a moment, so that freeing it merges it with a free end of the arena.
  h.spans.sweepgen[s] = h.sweepgen;
  h.spans.state[s] = SPAN_IN_USE;
  h.pagesInUse += ask;
  freeSpanLocked(h, s, true);
}

/**
 * Puts a span into the page heap and merges it with free neighbours (`freeSpanLocked`).
 * @param acctidle whether its pages become idle now; those of a rest are idle already.
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

/** Makes a free span swallow its free neighbours on both sides. */
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

/** Enters a span at its first and last page. */
function mapSpan(h: Heap, s: number): void {
  const base = h.spans.base[s];
  setSpanAtPage(h.pageToSpan, base, s);
  setSpanAtPage(h.pageToSpan, base + h.spans.npages[s] - 1, s);
}

/** Notes that there are spans of a class. */
export function bringIntoPlay(h: Heap, sizeclass: number): void {
  if (sizeclass === 0 || h.isInPlay[sizeclass] !== 0) return;
  h.isInPlay[sizeclass] = 1;
  h.classesInPlay[h.classesInPlayLength++] = sizeclass;
}

/** The page heap takes a P's tiny count over whenever that P asks for pages or gives some back. */
function transferTinyallocs(h: Heap, p: number): void {
  h.tinyallocs += h.mcaches.local_tinyallocs[p];
  h.mcaches.local_tinyallocs[p] = 0;
}
