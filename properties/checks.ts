/**
 * The checks: each is one property, evaluated after every step. A check says what of an observation it needs;
 * where a system does not show that, the check is not run.
 *
 * A check that holds allocates nothing: it answers `NO_DRIFTS`. One that does not hold names every counter
 * that drifted.
 */
import {
  ALLOC,
  FREES,
  HEAP_ALLOC,
  HEAP_INUSE,
  HEAP_OBJECTS,
  MALLOCS,
  MEMSTATS_TOTALS,
  NUM_GC,
  STACK_INUSE,
  TOTAL_ALLOC,
  equalMemStats,
  logDiff,
  type MemStats,
} from '../model/memstats';
import type { Heap } from '../model/mheap';
import { BY_SIZE_CLASSES, NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from '../model/sizeclasses';
import type { Command, Op } from './command';
import { NO_DRIFTS, type Drift } from './drift';
import type { Ledger } from './ledger';
import type { SpanLedger } from './spanLedger';
import type { StructureWatch } from './structureWatch';
import type { Observation, System } from './system';

/** All that a check may look at after a step. */
export interface View {
  command: Command;
  /** `command.op`: commands have as many hidden classes as there are ops, so each look at one of them costs. */
  op: Op;
  observation: Observation;
  readonly ledger: Ledger;
  readonly spans: SpanLedger;
  readonly structure: StructureWatch;
  /** What the system published before the trace began; a system in a fresh process starts above zero. */
  readonly baseline: MemStats;
  /** What was published at the step before, and whether there was one. */
  readonly before: MemStats;
  /** What the last flushing read published, all zero if there was none. */
  readonly lastRead: MemStats;
  /** How the system collects: see `System.collection`. */
  readonly collection: System['collection'];
  /** Size classes whose rows are to be looked at: those that the commands so far touched, or all. */
  classes: Uint8Array;
  classesLength: number;
}

export interface Check {
  readonly name: string;
  readonly statement: string;
  readonly needs: readonly ('rescan' | 'moves' | 'heap' | 'read' | 'twins')[];
  readonly drifts: (view: View) => readonly Drift[];
}

export const CHECKS: readonly Check[] = [
  {
    name: 'rescan',
    statement: 'the counters publish what a full rescan of the spans finds, field for field, BySize included',
    needs: ['rescan'],
    drifts: rescanDrifts,
  },
  {
    name: 'small-objects',
    statement: 'per class: nmalloc − Σ cached (nelems − allocCount) = Σ allocCount + nsmallfree + Σ local_nsmallfree',
    needs: ['rescan', 'heap'],
    drifts: smallObjectDrifts,
  },
  {
    name: 'large-objects',
    statement: 'nlargealloc = live large spans + nlargefree + Σ local_nlargefree, and the same in bytes',
    needs: ['rescan', 'heap'],
    drifts: largeObjectDrifts,
  },
  {
    name: 'tiny',
    statement: 'tinyallocs + Σ local_tinyallocs = tiny allocations that fitted, and tinyoffset = bytes taken of each block, by the ledger',
    needs: ['heap'],
    drifts: tinyDrifts,
  },
  {
    name: 'live-slots',
    statement: 'per class: Σ allocCount = slots that the ledger holds live',
    needs: ['rescan', 'moves', 'heap'],
    drifts: liveSlotDrifts,
  },
  {
    name: 'ledger',
    statement: 'every published field moves by what the commands so far add to it, by the ledger',
    needs: [],
    drifts: ledgerDrifts,
  },
  {
    name: 'pages-in-use',
    statement: 'pagesInUse = Σ npages of spans in use = pages that the ledger holds in use',
    needs: ['rescan', 'moves', 'heap'],
    drifts: pagesInUseDrifts,
  },
  {
    name: 'heap-live',
    statement: 'heap_live = what was live at the last collection and was charged since, by the ledger',
    needs: ['moves', 'heap'],
    drifts: heapLiveDrifts,
  },
  {
    name: 'cycle',
    statement: 'every collection advances NumGC by 1 and sweepgen by 2, nothing else does',
    needs: ['heap'],
    drifts: cycleDrifts,
  },
  {
    name: 'placement',
    statement: 'an object gets a free slot of a span of its class; no live slot is handed out twice or given back',
    needs: ['moves'],
    drifts: ({ spans }) => (spans.misplaced === undefined ? NO_DRIFTS : [spans.misplaced]),
  },
  {
    name: 'spans',
    statement: 'allocCount ≤ nelems, freeindex ≤ nelems, allocCount = set allocation bits, sweepgen ∈ {h−2, h−1, h}; none in use is idle and empty',
    needs: ['heap'],
    drifts: ({ structure }) => structure.spanDrifts(),
  },
  {
    name: 'lists',
    statement: 'a span in use is on exactly the list that its slots and its cache ask for; a cached one is in one cell, swept',
    needs: ['heap'],
    drifts: ({ structure }) => structure.listDrifts(),
  },
  {
    name: 'page-heap',
    statement: 'spans are disjoint, cover the arena, free neighbours are one; idle, in-use and stack bytes add up',
    needs: ['heap'],
    drifts: ({ structure }) => structure.pageHeapDrifts(),
  },
  {
    name: 'stray-counters',
    statement: 'counters of classes that never had a span, and of Ps that are gone, are zero',
    needs: ['heap'],
    drifts: ({ structure }) => structure.counterDrifts(),
  },
  {
    name: 'flushed',
    statement: 'after a collection or a flushing read: local counts 0, caches empty; a second read is identical, and a peek foretold it',
    needs: ['heap', 'read'],
    drifts: flushedDrifts,
  },
  {
    name: 'monotone',
    statement: 'Mallocs, Frees and TotalAlloc never decrease from one step, or one read, to the next',
    needs: [],
    drifts: monotoneDrifts,
  },
  {
    name: 'twins',
    statement: 'figures that the system itself holds equal are equal',
    needs: ['twins'],
    drifts: twinDrifts,
  },
];

/** Whether the check can be run on a system. */
export function isVisible(check: Check, system: Pick<System, 'shows'>): boolean {
  return check.needs.every((need) => system.shows.has(need));
}

function rescanDrifts({ observation: { published, rescan }, classes, classesLength }: View): readonly Drift[] {
  if (rescan === undefined || areEqual(published, rescan.stats, classes, classesLength)) return NO_DRIFTS;
  return memStatsDrifts(rescan.stats, published);
}

/** Whether two readings are equal in their totals and in the published rows of some classes. */
function areEqual(left: MemStats, right: MemStats, classes: Uint8Array, classesLength: number): boolean {
  for (let i = 0; i < MEMSTATS_TOTALS.length; i++) if (isOff(left.totals[i], right.totals[i])) return false;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (c < BY_SIZE_CLASSES && (isOff(left.mallocs[c], right.mallocs[c]) || isOff(left.frees[c], right.frees[c]))) return false;
  }
  return true;
}

function smallObjectDrifts({ observation: { published, rescan }, classes, classesLength }: View): readonly Drift[] {
  if (rescan === undefined) return NO_DRIFTS;
  // `published` is formed from exactly these counters: row c of mallocs is nmalloc less the unspent
  // slots of cached spans, row c of frees the global and the local counts.
  const { mallocs, frees } = published;
  const { liveSlots } = rescan;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (mallocs[c] !== liveSlots[c] + frees[c]) return smallObjectDiff(published, liveSlots);
  }
  return NO_DRIFTS;
}

function smallObjectDiff({ mallocs, frees }: MemStats, liveSlots: Int32Array): readonly Drift[] {
  return perClass('nmalloc − unspent', (c) => liveSlots[c] + frees[c], (c) => mallocs[c]);
}

function largeObjectDrifts({ observation: { heap, rescan } }: View): readonly Drift[] {
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
  return differing(drift('nlargealloc', expected, heap.nlargealloc), drift('largealloc', expectedBytes, heap.largealloc));
}

function tinyDrifts({ observation: { heap }, ledger: { tiny } }: View): readonly Drift[] {
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
  return off < 0 ? drifts : [...drifts, { counter: 'tinyoffset', p: off, expected: tiny.takenBytes(off), actual: tinyoffset[off] }];
}

function liveSlotDrifts({ observation: { rescan }, spans, classes, classesLength }: View): readonly Drift[] {
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
  return perClass('allocCount', (c) => expected[c], (c) => actual[c]);
}

/**
 * Where the moves are known, the frees are those of the spans that were swept; where not, a collection frees
 * at once all that was dropped before it.
 */
function ledgerDrifts(view: View): readonly Drift[] {
  const { observation, ledger, spans, baseline, classes, classesLength } = view;
  const { published, moves } = observation;
  if (moves === undefined && view.collection === 'lazy') return NO_DRIFTS;
  const freesOf = moves === undefined ? ledger.condemned : spans.frees;
  const { mallocs } = ledger;
  const { hits } = ledger.tiny;
  let mallocsSum = mallocs[0] + hits;
  let freesSum = freesOf[0] + hits;
  let allocBytes = ledger.largeAllocBytes;
  let liveBytes = allocBytes - (moves === undefined ? ledger.largeCondemnedBytes : spans.largeFreeBytes);
  let differ = false;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    mallocsSum += mallocs[c];
    freesSum += freesOf[c];
    allocBytes += mallocs[c] * class_to_size[c];
    liveBytes += (mallocs[c] - freesOf[c]) * class_to_size[c];
    if (isOff(published.mallocs[c], baseline.mallocs[c] + mallocs[c])) differ = true;
    if (isOff(published.frees[c], baseline.frees[c] + freesOf[c])) differ = true;
  }
  const { totals } = published;
  const base = baseline.totals;
  if (
    !differ &&
    !isOff(totals[MALLOCS], base[MALLOCS] + mallocsSum) &&
    !isOff(totals[FREES], base[FREES] + freesSum) &&
    !isOff(totals[TOTAL_ALLOC], base[TOTAL_ALLOC] + allocBytes) &&
    !isOff(totals[ALLOC], base[ALLOC] + liveBytes) &&
    !isOff(totals[HEAP_ALLOC], base[HEAP_ALLOC] + liveBytes) &&
    !isOff(totals[HEAP_OBJECTS], base[HEAP_OBJECTS] + mallocsSum - freesSum)
  ) {
    return NO_DRIFTS;
  }
  return ledgerDiff(view, freesOf, [
    [MALLOCS, mallocsSum],
    [FREES, freesSum],
    [TOTAL_ALLOC, allocBytes],
    [ALLOC, liveBytes],
    [HEAP_ALLOC, liveBytes],
    [HEAP_OBJECTS, mallocsSum - freesSum],
  ]);
}

/** Every field that the ledger knows and that is published otherwise. */
function ledgerDiff(view: View, freesOf: Float64Array, totals: readonly (readonly [number, number])[]): readonly Drift[] {
  const { observation, ledger, baseline } = view;
  const { published } = observation;
  const drifts: Drift[] = [];
  for (const [field, moved] of totals) {
    pushIfOff(drifts, MEMSTATS_TOTALS[field], undefined, baseline.totals[field] + moved, published.totals[field]);
  }
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    pushIfOff(drifts, 'BySize.Mallocs', c, baseline.mallocs[c] + ledger.mallocs[c], published.mallocs[c]);
    pushIfOff(drifts, 'BySize.Frees', c, baseline.frees[c] + freesOf[c], published.frees[c]);
  }
  return drifts;
}

function pagesInUseDrifts({ observation, spans, ledger }: View): readonly Drift[] {
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

function heapLiveDrifts({ observation: { heap }, spans }: View): readonly Drift[] {
  if (heap === undefined || heap.heap_live === spans.heapLive) return NO_DRIFTS;
  return [drift('heap_live', spans.heapLive, heap.heap_live)];
}

function cycleDrifts({ observation: { heap, published }, ledger: { collections } }: View): readonly Drift[] {
  if (heap === undefined) return NO_DRIFTS;
  const numGc = published.totals[NUM_GC];
  if (numGc === collections && heap.sweepgen === 2 * collections) return NO_DRIFTS;
  return differing(drift('NumGC', collections, numGc), drift('sweepgen', 2 * collections, heap.sweepgen));
}

function flushedDrifts({ op, observation }: View): readonly Drift[] {
  if (op !== 'readMemStats' && op !== 'gcStart') return NO_DRIFTS;
  const { heap, read, readAgain, published } = observation;
  if (op === 'gcStart' && heap !== undefined) return localDrifts(heap);
  if (heap === undefined || read === undefined || readAgain === undefined) return NO_DRIFTS;
  const drifts = localDrifts(heap);
  if (!equalMemStats(read, readAgain)) drifts.push(...memStatsDrifts(read, readAgain, 'second read: '));
  if (!equalMemStats(read, published)) drifts.push(...memStatsDrifts(published, read, 'read: '));
  return drifts.length === 0 ? NO_DRIFTS : drifts;
}

/** What is left in the caches of a heap that was flushed. */
function localDrifts(heap: Heap): Drift[] {
  const drifts: Drift[] = [];
  const { alloc, tinySpan, local_tinyallocs, local_largefree, local_nlargefree, local_nsmallfree } = heap.mcaches;
  for (let p = 0; p < heap.gomaxprocs; p++) {
    if (tinySpan[p] !== 0) drifts.push({ counter: 'tiny', p, expected: 0, actual: tinySpan[p] });
    if (local_tinyallocs[p] !== 0) drifts.push({ counter: 'local_tinyallocs', p, expected: 0, actual: local_tinyallocs[p] });
    if (local_largefree[p] !== 0) drifts.push({ counter: 'local_largefree', p, expected: 0, actual: local_largefree[p] });
    if (local_nlargefree[p] !== 0) drifts.push({ counter: 'local_nlargefree', p, expected: 0, actual: local_nlargefree[p] });
    for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
      const cell = p * NUM_SIZE_CLASSES + c;
      if (alloc[cell] !== 0) drifts.push({ counter: 'cached span', p, class: c, expected: 0, actual: alloc[cell] });
      if (local_nsmallfree[cell] !== 0) drifts.push({ counter: 'local_nsmallfree', p, class: c, expected: 0, actual: local_nsmallfree[cell] });
    }
  }
  return drifts;
}

function monotoneDrifts({ op, observation: { published, read }, before, lastRead }: View): readonly Drift[] {
  const drifts = fallenDrifts(published, before, '');
  if (op !== 'readMemStats' || read === undefined) return drifts;
  const readDrifts = fallenDrifts(read, lastRead, 'read: ');
  return drifts.length === 0 ? readDrifts : [...drifts, ...readDrifts];
}

function fallenDrifts(now: MemStats, before: MemStats, prefix: string): readonly Drift[] {
  const after = now.totals;
  const last = before.totals;
  if (!(after[MALLOCS] < last[MALLOCS] || after[FREES] < last[FREES] || after[TOTAL_ALLOC] < last[TOTAL_ALLOC])) return NO_DRIFTS;
  return fallenDiff(now, before, prefix);
}

function fallenDiff(now: MemStats, before: MemStats, prefix: string): readonly Drift[] {
  return [MALLOCS, FREES, TOTAL_ALLOC]
    .filter((field) => now.totals[field] < before.totals[field])
    .map((field) => drift(prefix + MEMSTATS_TOTALS[field], before.totals[field], now.totals[field]));
}

function twinDrifts({ observation: { twins } }: View): readonly Drift[] {
  if (twins === undefined || twins.every(({ expected, actual }) => expected === actual)) return NO_DRIFTS;
  return twins
    .filter(({ expected, actual }) => expected !== actual)
    .map(({ counter, where, expected, actual }) => drift(where === undefined ? counter : `${counter} of ${where}`, expected, actual));
}

function memStatsDrifts(expected: MemStats, actual: MemStats, prefix = ''): readonly Drift[] {
  const drifts: Drift[] = [];
  logDiff(expected, actual, (field, sizeclass, left, right) =>
    drifts.push({ counter: prefix + field, class: sizeclass, expected: left, actual: right }),
  );
  return drifts;
}

function perClass(counter: string, expected: (c: number) => number, actual: (c: number) => number): readonly Drift[] {
  const drifts: Drift[] = [];
  for (let c = 0; c < NUM_SIZE_CLASSES; c++) pushIfOff(drifts, counter, c, expected(c), actual(c));
  return drifts;
}

function pushIfOff(drifts: Drift[], counter: string, sizeclass: number | undefined, expected: number, actual: number): void {
  if (isOff(expected, actual)) drifts.push({ counter, class: sizeclass, expected, actual });
}

/** Whether two figures differ; a figure that a system does not have is NaN and differs from nothing. */
function isOff(expected: number, actual: number): boolean {
  return expected !== actual && expected === expected && actual === actual;
}

function drift(counter: string, expected: number, actual: number): Drift {
  return { counter, expected, actual };
}

function differing(...drifts: Drift[]): readonly Drift[] {
  return drifts.filter(({ expected, actual }) => expected !== actual);
}
