/**
 * Costs of reads on the reference model: `readMemStats` and `readMemStatsSlow` on heaps of 1 KiB objects and of mixed
 * ones. A read costs the same whatever the heap; the rescan that it replaced grows with it.
 */
import { freemem } from 'node:os';
import { smallAlloc } from '../model/malloc';
import { newHeap, type Heap } from '../model/mheap';
import { newMemStats } from '../model/memstats';
import { newRescan, readMemStats, readMemStatsSlow } from '../model/mstats';
import { procresize } from '../model/proc';
import {
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
  sizeToClass,
} from '../model/sizeclasses';
import { at } from '../properties/at';

const GIB_BYTES = 2 ** 30;
/** Memory of a model heap for each span, with room for growing. */
const MEMORY_PER_SPAN_BYTES = 200;
/** Mixes span classes: `next = next * MULTIPLIER + 1`, to 32 bits. */
const MULTIPLIER = 1_664_525;
/** Rescans visit this many spans before they are timed; code that is not compiled yet takes thirty times as long. */
const WARM_UP_SPANS = 20_000_000;

export interface ModelReadsOptions {
  readonly heapMib: readonly number[];
  readonly procs: readonly number[];
  /** Number of reads of each heap; there are fewer rescans. */
  readonly reads: number;
}

/** One heap, read with one number of Ps. */
export interface ModelReadsRow {
  readonly heapMib: number;
  /** `1 KiB` objects, or `mixed`: spans of all classes of one page in no order. */
  readonly objects: '1 KiB' | 'mixed';
  readonly spans: number;
  readonly procs: number;
  /** The median of reads; before each, every P has cached a span. */
  readonly readMicroseconds: number;
  readonly bestReadMicroseconds: number;
  /** The best of the rescans, and the same for each GiB of heap. */
  readonly rescanMilliseconds: number;
  readonly rescanMillisecondsPerGib: number;
}

export interface ModelReads {
  readonly rows: readonly ModelReadsRow[];
  /** Heaps that do not fit into the free memory. */
  readonly skippedMib: readonly number[];
}

/** Times reads and rescans on each heap that fits into half of the free memory. */
export function measureModelReads({ heapMib, procs, reads }: ModelReadsOptions): ModelReads {
  const fits = (mib: number): boolean => spansOf(mib) * MEMORY_PER_SPAN_BYTES < freemem() / 2;
  const measured = heapMib.filter(fits);
  const rows = measured.flatMap((mib) => rowsOf(mib, '1 KiB', procs, reads));
  const mixedMib = Math.min(1024, ...measured);
  if (measured.length > 0)
    rows.push(...rowsOf(measured.includes(1024) ? 1024 : mixedMib, 'mixed', procs.slice(0, 1), reads));
  return { rows, skippedMib: heapMib.filter((mib) => !measured.includes(mib)) };
}

/** Measures one heap with each number of Ps, the fewest first. */
function rowsOf(
  heapMib: number,
  objects: ModelReadsRow['objects'],
  procs: readonly number[],
  reads: number,
): ModelReadsRow[] {
  const heap = objects === 'mixed' ? mixedHeap(heapMib) : heapOf(heapMib, sizeToClass(1024));
  return [...procs]
    .sort((a, b) => a - b)
    .map((count) => {
      procresize(heap, count);
      const readTimes = timesOfReads(heap, reads);
      const rescanMilliseconds = Math.min(...timesOfRescans(heap, Math.max(10, Math.ceil(reads / 50)))) / 1e6;
      return {
        heapMib,
        objects,
        spans: heap.spans.length - 1,
        procs: count,
        readMicroseconds: at(readTimes, readTimes.length >> 1) / 1e3,
        bestReadMicroseconds: at(readTimes, 0) / 1e3,
        rescanMilliseconds,
        rescanMillisecondsPerGib: (rescanMilliseconds * GIB_BYTES) / (heap.pagesInUse * PAGE_SIZE_BYTES),
      };
    });
}

/** Returns a heap of that size in objects of one class, allocated one by one. */
function heapOf(heapMib: number, sizeclass: number): Heap {
  const heap = newHeap(1);
  const objects = (heapMib * 2 ** 20) / at(class_to_size, sizeclass);
  for (let i = 0; i < objects; i++) {
    heap.events.length = 0;
    smallAlloc(heap, 0, sizeclass);
  }
  return heap;
}

/** Returns a heap of full spans of one page whose classes are mixed. */
function mixedHeap(heapMib: number): Heap {
  const heap = newHeap(1);
  const classes = Array.from({ length: NUM_SIZE_CLASSES }, (_, c) => c).filter((c) => class_to_allocnpages[c] === 1);
  let chance = 1;
  for (let i = 0; i < spansOf(heapMib); i++) {
    chance = (Math.imul(chance, MULTIPLIER) + 1) >>> 0;
    const sizeclass = at(classes, Math.floor((chance / 2 ** 32) * classes.length));
    for (let slot = 0; slot < at(class_to_nelems, sizeclass); slot++) {
      heap.events.length = 0;
      smallAlloc(heap, 0, sizeclass);
    }
  }
  return heap;
}

/** Returns the nanoseconds of each read, the shortest first. As in the runtime's benchmark, all Ps allocate in between. */
function timesOfReads(heap: Heap, reads: number): readonly number[] {
  const stats = newMemStats();
  const sizeclass = sizeToClass(1024);
  return timesOf(
    reads,
    () => readMemStats(heap, stats),
    () => {
      heap.events.length = 0;
      for (let p = 0; p < heap.gomaxprocs; p++) smallAlloc(heap, p, sizeclass);
    },
  );
}

function timesOfRescans(heap: Heap, rescans: number): readonly number[] {
  const rescan = newRescan();
  const warmUp = Math.max(rescans, Math.ceil(WARM_UP_SPANS / heap.spans.length));
  return timesOf(
    rescans,
    () => readMemStatsSlow(heap, rescan),
    () => undefined,
    warmUp,
  );
}

/** Times a function, after rounds that only warm the engine up. */
function timesOf(rounds: number, measured: () => void, before: () => void, warmUp = rounds): readonly number[] {
  const times: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    before();
    const start = process.hrtime.bigint();
    measured();
    const time = Number(process.hrtime.bigint() - start);
    if (round >= 0) times.push(time);
  }
  return times.sort((a, b) => a - b);
}

function spansOf(heapMib: number): number {
  return (heapMib * 2 ** 20) / PAGE_SIZE_BYTES;
}
