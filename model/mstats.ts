/**
 * Reading the statistics, from the runtime's mstats.go: the fast read of commit golang/go 4a7cf960 (Go 1.9), and the
 * rescan of all spans that it replaced, which remains as the reference (`ReadMemStatsSlow` of export_test.go). The peek
 * between them has no counterpart in the runtime. No function here moves a counter except through a flush.
 */
import { purgecachedstats, releaseAll } from './mcache';
import {
  ALLOC,
  FREES,
  HEAP_ALLOC,
  HEAP_IDLE,
  HEAP_INUSE,
  HEAP_OBJECTS,
  HEAP_SYS,
  MALLOCS,
  NUM_GC,
  STACK_INUSE,
  TOTAL_ALLOC,
  newMemStats,
  type MemStats,
} from './memstats';
import type { Heap } from './mheap';
import { NOT_IN_USE, type Spans } from './mspan';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from './sizeclasses';

/**
 * Flushes the caches and the local counts of all Ps, then forms the statistics from the counters alone
 * (`runtime.ReadMemStats`). O(Ps + classes): it visits no span that is not cached.
 */
export function readMemStats(h: Heap, stats: MemStats): void {
  flushallmcaches(h);
  cachestats(h);
  const { nmalloc, nsmallfree } = h;
  let totalAlloc = h.largealloc;
  let totalFree = h.largefree;
  let mallocs = h.nlargealloc + h.tinyallocs;
  let frees = h.nlargefree + h.tinyallocs;
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    mallocs += nmalloc[c];
    totalAlloc += nmalloc[c] * class_to_size[c];
    stats.mallocs[c] = nmalloc[c];
    frees += nsmallfree[c];
    totalFree += nsmallfree[c] * class_to_size[c];
    stats.frees[c] = nsmallfree[c];
  }
  publishSums(stats.totals, totalAlloc, totalFree, mallocs, frees);
  copyOtherTotals(h, stats.totals);
}

/**
 * Forms the statistics that `readMemStats` would publish now, without the flush: the global counters plus the local
 * counts of the Ps, minus the charge for the free slots of cached spans. It writes the rows of the classes in play
 * only. O(Ps · classes in play).
 */
export function peekMemStats(h: Heap, stats: MemStats): void {
  const { nmalloc, nsmallfree, classesInPlay, classesInPlayLength, gomaxprocs } = h;
  const { alloc, local_nsmallfree } = h.mcaches;
  const { nelems, allocCount } = h.spans;
  let totalAlloc = h.largealloc;
  let totalFree = 0;
  let mallocs = h.nlargealloc;
  let frees = 0;
  for (let i = 0; i < classesInPlayLength; i++) {
    const c = classesInPlay[i];
    let mallocsOfClass = nmalloc[c];
    let freesOfClass = nsmallfree[c];
    for (let p = 0, cell = c; p < gomaxprocs; p++, cell += NUM_SIZE_CLASSES) {
      const s = alloc[cell];
      mallocsOfClass -= nelems[s] - allocCount[s];
      freesOfClass += local_nsmallfree[cell];
    }
    stats.mallocs[c] = mallocsOfClass;
    stats.frees[c] = freesOfClass;
    mallocs += mallocsOfClass;
    totalAlloc += mallocsOfClass * class_to_size[c];
    frees += freesOfClass;
    totalFree += freesOfClass * class_to_size[c];
  }
  const tinyallocs = h.tinyallocs + sumOf(h.mcaches.local_tinyallocs, gomaxprocs);
  mallocs += tinyallocs;
  frees += tinyallocs + h.nlargefree + sumOf(h.mcaches.local_nlargefree, gomaxprocs);
  totalFree += h.largefree + sumOf(h.mcaches.local_largefree, gomaxprocs);
  publishSums(stats.totals, totalAlloc, totalFree, mallocs, frees);
  copyOtherTotals(h, stats.totals);
}

/** The statistics of a rescan, and the counts that it forms them from. */
export interface Rescan {
  readonly stats: MemStats;
  /** Live slots by class; row 0 counts large objects, and row `NOT_IN_USE` has no meaning. */
  readonly liveSlots: Int32Array;
  /** Pages of large objects. */
  largePages: number;
  /** Pages of all spans in use. */
  pagesInUse: number;
}

export function newRescan(): Rescan {
  return { stats: newMemStats(), liveSlots: new Int32Array(NOT_IN_USE + 1), largePages: 0, pagesInUse: 0 };
}

/**
 * Visits every span and counts its live slots, then adds the frees, for which it uses the same counters as the fast
 * read (`ReadMemStatsSlow`). O(spans). It changes nothing in the heap, and writes the rows of the classes in play only.
 */
export function readMemStatsSlow(h: Heap, rescan: Rescan): void {
  countSpans(h.spans.length, h.spans, rescan);
  addFrees(h, rescan);
}

/** Forms the statistics from the live slots and the counters of frees. */
function addFrees(h: Heap, rescan: Rescan): void {
  const { stats, liveSlots } = rescan;

  const { nsmallfree, classesInPlay, classesInPlayLength, gomaxprocs } = h;
  const { local_nsmallfree } = h.mcaches;
  const { totals } = stats;
  let live = liveSlots[0];
  let liveBytes = rescan.largePages * PAGE_SIZE_BYTES;
  let frees = 0;
  let freedBytes = 0;
  for (let i = 0; i < classesInPlayLength; i++) {
    const c = classesInPlay[i];
    let freesOfClass = nsmallfree[c];
    for (let p = 0, cell = c; p < gomaxprocs; p++, cell += NUM_SIZE_CLASSES) freesOfClass += local_nsmallfree[cell];
    stats.mallocs[c] = liveSlots[c] + freesOfClass;
    stats.frees[c] = freesOfClass;
    live += liveSlots[c];
    liveBytes += liveSlots[c] * class_to_size[c];
    frees += freesOfClass;
    freedBytes += freesOfClass * class_to_size[c];
  }
  frees += h.nlargefree + sumOf(h.mcaches.local_nlargefree, gomaxprocs);
  frees += h.tinyallocs + sumOf(h.mcaches.local_tinyallocs, gomaxprocs);
  freedBytes += h.largefree + sumOf(h.mcaches.local_largefree, gomaxprocs);
  totals[ALLOC] = liveBytes;
  totals[HEAP_ALLOC] = liveBytes;
  totals[TOTAL_ALLOC] = liveBytes + freedBytes;
  totals[MALLOCS] = live + frees;
  totals[FREES] = frees;
  totals[HEAP_OBJECTS] = live;
  copyOtherTotals(h, totals);
}

/**
 * Scans all spans in one pass over three arrays, four spans a round.
 *
 * Spans of one class mostly lie side by side. If a word holds the same class four times, the scan adds up that word and
 * all equal words that follow; class 0 is excluded, because the pages of large objects are summed too. All other rounds
 * run without a branch: a span that is not in use has a class of its own, so its count goes into a row that nobody
 * reads, and `c - n >> 31` has all bits set for classes below n and none for the others.
 *
 * It costs about 1 ns a span in a run of one class and 3 ns elsewhere.
 */
function countSpans(length: number, spans: Spans, rescan: Rescan): void {
  const { sizeclass, allocCount, npages, sizeclassWords, allocCountWords } = spans;
  const { liveSlots } = rescan;
  // A local name is faster: an imported one is looked up again in every round.
  const notInUse = NOT_IN_USE;
  let largePages = 0;
  let pagesInUse = 0;
  for (let c = 0; c <= notInUse; c++) liveSlots[c] = 0;
  const rounds = length >> 2;
  for (let round = 0; round < rounds; round++) {
    const s = 4 * round;
    const c0 = sizeclass[s];
    const four = c0 * 0x01010101;
    if (sizeclassWords[round] === four && c0 !== 0) {
      let live = 0;
      let pages = 0;
      let next = round;
      do {
        const first = next << 2;
        const counts = allocCountWords[next << 1];
        const otherCounts = allocCountWords[(next << 1) | 1];
        live += (counts & 0xffff) + (counts >>> 16) + (otherCounts & 0xffff) + (otherCounts >>> 16);
        // `|` and not `+`: the engine would check a sum for overflow.
        pages += npages[first] + npages[first | 1] + npages[first | 2] + npages[first | 3];
        next++;
      } while (next < rounds && sizeclassWords[next] === four);
      round = next - 1;
      liveSlots[c0] += live;
      if (c0 !== notInUse) pagesInUse += pages;
      continue;
    }
    const c1 = sizeclass[s + 1];
    const c2 = sizeclass[s + 2];
    const c3 = sizeclass[s + 3];
    liveSlots[c0] += allocCount[s];
    liveSlots[c1] += allocCount[s + 1];
    liveSlots[c2] += allocCount[s + 2];
    liveSlots[c3] += allocCount[s + 3];
    const n0 = npages[s];
    const n1 = npages[s + 1];
    const n2 = npages[s + 2];
    const n3 = npages[s + 3];
    pagesInUse +=
      (n0 & ((c0 - notInUse) >> 31)) +
      (n1 & ((c1 - notInUse) >> 31)) +
      (n2 & ((c2 - notInUse) >> 31)) +
      (n3 & ((c3 - notInUse) >> 31));
    largePages += (n0 & ((c0 - 1) >> 31)) + (n1 & ((c1 - 1) >> 31)) + (n2 & ((c2 - 1) >> 31)) + (n3 & ((c3 - 1) >> 31));
  }
  for (let s = 4 * rounds; s < length; s++) {
    const c = sizeclass[s];
    liveSlots[c] += allocCount[s];
    pagesInUse += npages[s] & ((c - notInUse) >> 31);
    largePages += npages[s] & ((c - 1) >> 31);
  }
  rescan.largePages = largePages;
  rescan.pagesInUse = pagesInUse;
}

/** Writes the fields that follow from the sums of objects and bytes allocated and freed. */
function publishSums(
  totals: Float64Array,
  totalAlloc: number,
  totalFree: number,
  mallocs: number,
  frees: number,
): void {
  totals[TOTAL_ALLOC] = totalAlloc;
  totals[ALLOC] = totalAlloc - totalFree;
  totals[HEAP_ALLOC] = totalAlloc - totalFree;
  totals[MALLOCS] = mallocs;
  totals[FREES] = frees;
  totals[HEAP_OBJECTS] = mallocs - frees;
}

function sumOf(counts: Float64Array, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += counts[i];
  return sum;
}

/** Takes back all cached spans of all Ps; the world is stopped (`flushallmcaches`). */
export function flushallmcaches(h: Heap): void {
  for (let p = 0; p < h.gomaxprocs; p++) releaseAll(h, p);
}

/** Flushes the local counts of all Ps (`cachestats`). */
export function cachestats(h: Heap): void {
  for (let p = 0; p < h.gomaxprocs; p++) purgecachedstats(h, p);
}

/** Copies the fields for which a read, a peek and a rescan all use the same counters. */
function copyOtherTotals(h: Heap, totals: Float64Array): void {
  totals[HEAP_SYS] = h.heap_sys;
  totals[HEAP_IDLE] = h.heap_idle;
  totals[HEAP_INUSE] = h.heap_inuse;
  totals[STACK_INUSE] = h.stacks_inuse;
  totals[NUM_GC] = h.numgc;
}
