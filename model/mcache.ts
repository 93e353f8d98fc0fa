/**
 * The caches of the Ps, from the runtime's mcache.go: for each P at most one span a size class, the tiny
 * block, and the counts that wait for the next flush. One row a P, all rows in the same arrays.
 */
import { CACHED, UNCACHED, emit } from './events';
import { cacheSpan, uncacheSpan } from './mcentral';
import type { Heap } from './mheap';
import { EMPTYMSPAN } from './mspan';
import { NUM_SIZE_CLASSES } from './sizeclasses';
import { throw_ } from './throw';

/** As many Ps as there can be. */
export const MAX_PROCS = 128;

export class MCaches {
  /** Rows that may be in use: as many Ps as there ever were since the start. */
  procs = 0;

  /** `alloc[p * NUM_SIZE_CLASSES + class]`: the cached span, or `EMPTYMSPAN`. */
  readonly alloc = new Int32Array(MAX_PROCS * NUM_SIZE_CLASSES);
  /** The span of the current tiny block, or 0. */
  readonly tinySpan = new Int32Array(MAX_PROCS);
  /** The slot of the current tiny block. */
  readonly tinySlot = new Int32Array(MAX_PROCS);
  /** Bytes of the current tiny block that are taken. */
  readonly tinyoffset = new Int32Array(MAX_PROCS);

  /** Tiny allocations that fitted into a block since the last flush. */
  readonly local_tinyallocs = new Float64Array(MAX_PROCS);
  /** Bytes of large objects that this P freed since the last flush. */
  readonly local_largefree = new Float64Array(MAX_PROCS);
  /** Large objects that this P freed since the last flush. */
  readonly local_nlargefree = new Float64Array(MAX_PROCS);
  /** Small objects that this P freed since the last flush: a row of classes for each P, as `alloc`. */
  readonly local_nsmallfree = new Float64Array(MAX_PROCS * NUM_SIZE_CLASSES);
}

/** A clean cache for each P from `from` to before `to` (`allocmcache`). */
export function allocmcaches(c: MCaches, from: number, to: number): void {
  c.procs = Math.max(c.procs, to);
  c.alloc.fill(EMPTYMSPAN, from * NUM_SIZE_CLASSES, to * NUM_SIZE_CLASSES);
  c.tinySpan.fill(0, from, to);
  c.tinySlot.fill(0, from, to);
  c.tinyoffset.fill(0, from, to);
  c.local_tinyallocs.fill(0, from, to);
  c.local_largefree.fill(0, from, to);
  c.local_nlargefree.fill(0, from, to);
  c.local_nsmallfree.fill(0, from * NUM_SIZE_CLASSES, to * NUM_SIZE_CLASSES);
}

/** Gives a P a span of the class with a free slot; it must have used up the one it has (`refill`). */
export function refill(h: Heap, p: number, sizeclass: number): number {
  const { spans, mcaches } = h;
  const cell = p * NUM_SIZE_CLASSES + sizeclass;
  const full = mcaches.alloc[cell];
  if (spans.allocCount[full] !== spans.nelems[full]) throw_('refill of span with free space remaining');
  if (full !== EMPTYMSPAN) {
    spans.incache[full] = 0;
    emit(h.events, UNCACHED, full, p);
  }
  const s = cacheSpan(h, p, sizeclass);
  if (spans.allocCount[s] === spans.nelems[s]) throw_('span has no free space');
  mcaches.alloc[cell] = s;
  emit(h.events, CACHED, s, p);
  return s;
}

/** Gives one cached span back to its central list; the cell is empty afterwards. */
export function release(h: Heap, p: number, sizeclass: number): void {
  const cell = p * NUM_SIZE_CLASSES + sizeclass;
  const s = h.mcaches.alloc[cell];
  if (s === EMPTYMSPAN) return;
  uncacheSpan(h, s);
  h.mcaches.alloc[cell] = EMPTYMSPAN;
  emit(h.events, UNCACHED, s, p);
}

/**
 * Gives all cached spans of a P back and forgets its tiny block (`releaseAll`). Cells of classes that never had a span
 * are empty, and the world stands still while this runs for every P: it looks at the classes in play alone.
 */
export function releaseAll(h: Heap, p: number): void {
  const { classesInPlay, classesInPlayLength } = h;
  for (let i = 0; i < classesInPlayLength; i++) release(h, p, classesInPlay[i]);
  h.mcaches.tinySpan[p] = 0;
  h.mcaches.tinySlot[p] = 0;
  h.mcaches.tinyoffset[p] = 0;
}

/** Adds a P's local counts to the heap's and zeroes them (`purgecachedstats`), of the classes in play likewise. */
export function purgecachedstats(h: Heap, p: number): void {
  const c = h.mcaches;
  h.tinyallocs += c.local_tinyallocs[p];
  c.local_tinyallocs[p] = 0;
  h.largefree += c.local_largefree[p];
  c.local_largefree[p] = 0;
  h.nlargefree += c.local_nlargefree[p];
  c.local_nlargefree[p] = 0;
  const row = p * NUM_SIZE_CLASSES;
  for (let i = 0; i < h.classesInPlayLength; i++) {
    const sizeclass = h.classesInPlay[i];
    h.nsmallfree[sizeclass] += c.local_nsmallfree[row + sizeclass];
    c.local_nsmallfree[row + sizeclass] = 0;
  }
}

/** The cache of a P that goes away: nothing it holds may be lost (`freemcache`). */
export function freemcache(h: Heap, p: number): void {
  releaseAll(h, p);
  purgecachedstats(h, p);
}
