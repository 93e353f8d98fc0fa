/**
 * The per-P caches, from the runtime's mcache.go: for each P at most one span of each size class, the tiny block, and
 * the local counts that wait for the next flush. Each P has a row; the rows of all Ps share the same arrays. The caches
 * count frees and tiny allocations only: allocations are counted when a span enters a cache (mcentral.ts).
 */
import { CACHED, UNCACHED, emit } from './events';
import { cacheSpan, uncacheSpan } from './mcentral';
import type { Heap } from './mheap';
import { EMPTYMSPAN } from './mspan';
import { NUM_SIZE_CLASSES } from './sizeclasses';
import { throw_ } from './throw';

/** The most Ps that there can be. */
export const MAX_PROCS = 128;

export class MCaches {
  /** The highest number of Ps since the start: rows from here on were never used. */
  procs = 0;

  /** The cached span, or `EMPTYMSPAN`, at `p * NUM_SIZE_CLASSES + class`. */
  readonly alloc = new Int32Array(MAX_PROCS * NUM_SIZE_CLASSES);
  /** The span of the current tiny block, or 0. */
  readonly tinySpan = new Int32Array(MAX_PROCS);
  /** The slot of the current tiny block in `tinySpan`. */
  readonly tinySlot = new Int32Array(MAX_PROCS);
  /** Bytes of the current tiny block that are taken. */
  readonly tinyoffset = new Int32Array(MAX_PROCS);

  /** Tiny allocations since the last flush that fitted into the current block. The page heap flushes this count too. */
  readonly local_tinyallocs = new Float64Array(MAX_PROCS);
  /**
   * Bytes of large objects that this P swept since the last flush. The P that sweeps counts, not the P that allocated.
   */
  readonly local_largefree = new Float64Array(MAX_PROCS);
  /** Large objects that this P swept since the last flush. */
  readonly local_nlargefree = new Float64Array(MAX_PROCS);
  /** Small objects that this P swept since the last flush, indexed like `alloc`. */
  readonly local_nsmallfree = new Float64Array(MAX_PROCS * NUM_SIZE_CLASSES);
}

/** Gives each P from `from` to before `to` an empty cache (`allocmcache`). */
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

/** Gives a P a span of the class with a free slot. The span that it has must be full (`mcache.refill`). */
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

/** Gives one cached span back to its central list and empties the cell (one step of `mcache.releaseAll`). */
export function release(h: Heap, p: number, sizeclass: number): void {
  const cell = p * NUM_SIZE_CLASSES + sizeclass;
  const s = h.mcaches.alloc[cell];
  if (s === EMPTYMSPAN) return;
  uncacheSpan(h, s);
  h.mcaches.alloc[cell] = EMPTYMSPAN;
  emit(h.events, UNCACHED, s, p);
}

/**
 * Gives all cached spans of a P back and drops its tiny block (`mcache.releaseAll`). The world is stopped while this
 * runs for every P, so it visits only the classes in play; the cells of all others are empty.
 */
export function releaseAll(h: Heap, p: number): void {
  const { classesInPlay, classesInPlayLength } = h;
  for (let i = 0; i < classesInPlayLength; i++) release(h, p, classesInPlay[i]);
  h.mcaches.tinySpan[p] = 0;
  h.mcaches.tinySlot[p] = 0;
  h.mcaches.tinyoffset[p] = 0;
}

/** Adds the local counts of a P to those of the heap and zeroes them (`purgecachedstats`). */
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

/** Flushes the cache of a P that is destroyed, so that nothing it holds is lost (`freemcache`). */
export function freemcache(h: Heap, p: number): void {
  releaseAll(h, p);
  purgecachedstats(h, p);
}
