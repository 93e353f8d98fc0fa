/**
 * The checks of the counters behind the statistics, as they are, unflushed: small and large objects, tiny allocations,
 * live slots, pages in use, `heap_live` and the collection cycle.
 */
import { HEAP_INUSE, NUM_GC, STACK_INUSE, type MemStats } from '../../model/memstats';
import { PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import { NO_DRIFTS, type Drift } from '../drift';
import { perClass, drift, differing } from './driftsOf';
import type { CheckContext } from './checkContext';

export function smallObjectDrifts({
  observation: { published, rescan },
  classes,
  classesLength,
}: CheckContext): readonly Drift[] {
  if (rescan === undefined) return NO_DRIFTS;
  // `published` is formed from exactly these counters: row c of mallocs is nmalloc minus the free slots of cached
  // spans, and row c of frees is the global count plus the local ones.
  const { mallocs, frees } = published;
  const { liveSlots } = rescan;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (mallocs[c] !== liveSlots[c] + frees[c]) return smallObjectDiff(published, liveSlots);
  }
  return NO_DRIFTS;
}

function smallObjectDiff({ mallocs, frees }: MemStats, liveSlots: Int32Array): readonly Drift[] {
  return perClass(
    'nmalloc − unspent',
    (c) => liveSlots[c] + frees[c],
    (c) => mallocs[c],
  );
}

export function largeObjectDrifts({ observation: { heap, rescan } }: CheckContext): readonly Drift[] {
  if (heap === undefined || rescan === undefined) return NO_DRIFTS;
  let freed = heap.nlargefree;
  let freedBytes = heap.largefree;
  for (let p = 0; p < heap.gomaxprocs; p++) {
    freed += heap.mcaches.local_nlargefree[p];
    freedBytes += heap.mcaches.local_largefree[p];
  }
  const expected = rescan.liveSlots[0] + freed;
  const expectedBytes = rescan.largePages * PAGE_SIZE_BYTES + freedBytes;
  if (heap.nlargealloc === expected && heap.largealloc === expectedBytes) return NO_DRIFTS;
  return differing(
    drift('nlargealloc', expected, heap.nlargealloc),
    drift('largealloc', expectedBytes, heap.largealloc),
  );
}

export function tinyDrifts({ observation: { heap }, ledger: { tiny } }: CheckContext): readonly Drift[] {
  if (heap === undefined) return NO_DRIFTS;
  const { local_tinyallocs, tinySpan, tinyoffset } = heap.mcaches;
  let tinyallocs = heap.tinyallocs;
  let off = -1;
  for (let p = 0; p < heap.gomaxprocs; p++) {
    tinyallocs += local_tinyallocs[p];
    if (tiny.takenBytes(p) !== (tinySpan[p] === 0 ? 0 : tinyoffset[p])) off = p;
  }
  if (tinyallocs === tiny.hits && off < 0) return NO_DRIFTS;
  const drifts = differing(drift('tinyallocs', tiny.hits, tinyallocs));
  return off < 0
    ? drifts
    : [...drifts, { counter: 'tinyoffset', p: off, expected: tiny.takenBytes(off), actual: tinyoffset[off] }];
}

export function liveSlotDrifts({
  observation: { rescan },
  spans,
  classes,
  classesLength,
}: CheckContext): readonly Drift[] {
  if (rescan === undefined) return NO_DRIFTS;
  const { liveSlots } = rescan;
  const expected = spans.liveSlots;
  let differ = liveSlots[0] !== expected[0];
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (liveSlots[c] !== expected[c]) differ = true;
  }
  return differ ? liveSlotDiff(expected, liveSlots) : NO_DRIFTS;
}

function liveSlotDiff(expected: Float64Array, actual: Int32Array): readonly Drift[] {
  return perClass(
    'allocCount',
    (c) => expected[c],
    (c) => actual[c],
  );
}

export function pagesInUseDrifts({ observation, spans, ledger }: CheckContext): readonly Drift[] {
  const { heap, rescan, published } = observation;
  if (heap === undefined || rescan === undefined) return NO_DRIFTS;
  const pages = rescan.pagesInUse;
  const stackBytes = ledger.stackPages * PAGE_SIZE_BYTES;
  if (
    heap.pagesInUse === pages &&
    spans.pagesInUse === pages &&
    published.totals[HEAP_INUSE] === pages * PAGE_SIZE_BYTES &&
    published.totals[STACK_INUSE] === stackBytes
  ) {
    return NO_DRIFTS;
  }
  return differing(
    drift('pagesInUse', pages, heap.pagesInUse),
    drift('pages of spans in use', spans.pagesInUse, pages),
    drift('HeapInuse', pages * PAGE_SIZE_BYTES, published.totals[HEAP_INUSE]),
    drift('StackInuse', stackBytes, published.totals[STACK_INUSE]),
  );
}

export function heapLiveDrifts({ observation: { heap }, spans }: CheckContext): readonly Drift[] {
  if (heap === undefined || heap.heap_live === spans.heapLive) return NO_DRIFTS;
  return [drift('heap_live', spans.heapLive, heap.heap_live)];
}

export function cycleDrifts({
  observation: { heap, published },
  ledger: { collections },
}: CheckContext): readonly Drift[] {
  if (heap === undefined) return NO_DRIFTS;
  const numGc = published.totals[NUM_GC];
  if (numGc === collections && heap.sweepgen === 2 * collections) return NO_DRIFTS;
  return differing(drift('NumGC', collections, numGc), drift('sweepgen', 2 * collections, heap.sweepgen));
}
