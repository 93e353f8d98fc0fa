/**
 * Spans, runs of pages: `mspan` of the runtime's mheap.go as a struct of arrays. A span is an index into these arrays;
 * `allspans` is the range 1 to `length - 1`. Index 0 is `emptymspan`, the span without free slots that an empty cache
 * cell holds. This file makes and recycles span structures; mheap.ts gives them pages.
 *
 * The bitmaps of a span (`allocBits`, `gcmarkBits`, and `reachable`, which stands in for the object graph) are rows of
 * one word array; the span holds the index of the first word of each row. As in the runtime, a slot below `freeindex`
 * is allocated whatever its bit says, and a slot from `freeindex` on is allocated if its bit in `allocBits` is set. So
 * allocation moves `freeindex`, and only a sweep writes `allocBits`.
 */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from './sizeclasses';

/** The structure is unused (`_MSpanDead`). */
export const SPAN_DEAD = 0;
/** The span is in the page heap (`_MSpanFree`). */
export const SPAN_FREE = 1;
/** The span holds objects of the collected heap (`_MSpanInUse`). */
export const SPAN_IN_USE = 2;
/** The span is a goroutine stack (`_MSpanManual`). */
export const SPAN_MANUAL = 3;

/** The `sizeclass` of a span that is not in use: one past the last class, so that a rescan needs no branch. */
export const NOT_IN_USE = NUM_SIZE_CLASSES;

/** The `list` of a span that is on no list. */
export const NO_LIST = -1;

/** The span that an empty cache cell holds. */
export const EMPTYMSPAN = 0;

export interface Spans {
  /** The number of span structures, `emptymspan` included: `len(allspans) + 1`. */
  length: number;
  state: Uint8Array;
  /** The class of a span in use, 0 (large) to 66; `NOT_IN_USE` for all others. */
  sizeclass: Uint8Array;
  /** 1 while an mcache holds the span. */
  incache: Uint8Array;
  /**
   * Allocated slots. Allocation adds one for each slot that it takes; a sweep sets it to the number of marked slots. A
   * large span has one slot.
   */
  allocCount: Uint16Array;
  /** The same memory as `sizeclass`, four spans to a word, in the byte order of the machine. */
  sizeclassWords: Int32Array;
  /** The same memory as `allocCount`, two spans to a word, in the byte order of the machine. */
  allocCountWords: Int32Array;
  /** The search for a free slot starts here; every slot below is allocated. */
  freeindex: Uint16Array;
  nelems: Uint16Array;
  npages: Int32Array;
  /** The number of the first page, not its address. */
  base: Int32Array;
  /** Relative to h, the `sweepgen` of the heap: h−2 needs sweeping, h−1 is being swept, h is swept. */
  sweepgen: Int32Array;
  /** The list that the span is on (see mspanlist.ts), or `NO_LIST`. */
  list: Int16Array;
  next: Int32Array;
  prev: Int32Array;
  allocBits: Int32Array;
  gcmarkBits: Int32Array;
  reachable: Int32Array;
  /** Unused structures. The one that was freed last is reused first (`mheap.spanalloc`). */
  freeStructures: Int32Array;
  freeStructuresLength: number;
}

/** Span structures that new arrays have room for. */
const FIRST_CAPACITY = 256;

export function newSpans(capacity = FIRST_CAPACITY): Spans {
  const sizeclass = new Uint8Array(capacity).fill(NOT_IN_USE, 0, 1);
  const allocCount = new Uint16Array(capacity);
  return {
    length: 1,
    state: new Uint8Array(capacity),
    sizeclass,
    incache: new Uint8Array(capacity),
    allocCount,
    sizeclassWords: new Int32Array(sizeclass.buffer, 0, capacity >> 2),
    allocCountWords: new Int32Array(allocCount.buffer, 0, capacity >> 1),
    freeindex: new Uint16Array(capacity),
    nelems: new Uint16Array(capacity),
    npages: new Int32Array(capacity),
    base: new Int32Array(capacity),
    sweepgen: new Int32Array(capacity),
    list: new Int16Array(capacity).fill(NO_LIST, 0, 1),
    next: new Int32Array(capacity),
    prev: new Int32Array(capacity),
    allocBits: new Int32Array(capacity),
    gcmarkBits: new Int32Array(capacity),
    reachable: new Int32Array(capacity),
    freeStructures: new Int32Array(capacity),
    freeStructuresLength: 0,
  };
}

/**
 * Clears every span structure, and shrinks the arrays to their first capacity. A heap that a fault has ruined must not
 * read the remains of an earlier heap, and must grow exactly when a new heap would.
 */
export function clearSpans(spans: Spans): void {
  if (spans.state.length > FIRST_CAPACITY) {
    Object.assign(spans, newSpans());
    return;
  }
  const share = spans.length / spans.state.length;
  for (const array of Object.values(spans)) {
    if (ArrayBuffer.isView(array)) bytes(array).fill(0, 0, array.byteLength * share);
  }
  spans.sizeclass[EMPTYMSPAN] = NOT_IN_USE;
  spans.list[EMPTYMSPAN] = NO_LIST;
  spans.length = 1;
  spans.freeStructuresLength = 0;
}

/** Returns a span structure for `npages` pages from page `base` on (`spanalloc.alloc` and `mspan.init`). */
export function newSpan(spans: Spans, base: number, npages: number): number {
  const s = spans.freeStructuresLength > 0 ? spans.freeStructures[--spans.freeStructuresLength] : recordspan(spans);
  spans.state[s] = SPAN_DEAD;
  spans.sizeclass[s] = NOT_IN_USE;
  spans.incache[s] = 0;
  spans.allocCount[s] = 0;
  spans.freeindex[s] = 0;
  spans.nelems[s] = 0;
  spans.npages[s] = npages;
  spans.base[s] = base;
  spans.sweepgen[s] = 0;
  spans.list[s] = NO_LIST;
  return s;
}

/** Takes back the structure of a span that was merged into a neighbour (`spanalloc.free`). */
export function freeSpanStructure(spans: Spans, s: number): void {
  spans.state[s] = SPAN_DEAD;
  spans.freeStructures[spans.freeStructuresLength++] = s;
}

/** Returns the bytes of one slot; for a large span, the bytes of all its pages (`mspan.elemsize`). */
export function elemsize(spans: Spans, s: number): number {
  const sizeclass = spans.sizeclass[s];
  return sizeclass === 0 ? spans.npages[s] * PAGE_SIZE_BYTES : class_to_size[sizeclass];
}

/** Adds a structure to `allspans` (`recordspan`). */
function recordspan(spans: Spans): number {
  if (spans.length === spans.state.length) growSpans(spans);
  return spans.length++;
}

/** Doubles every array. `newSpans` lists them all, so none can be forgotten. */
function growSpans(spans: Spans): void {
  const { length, freeStructuresLength } = spans;
  const larger = newSpans(spans.state.length * 2);
  const before: Record<string, unknown> = { ...spans };
  for (const [field, array] of Object.entries(larger)) {
    const old = before[field];
    if (ArrayBuffer.isView(array) && ArrayBuffer.isView(old)) bytes(array).set(bytes(old));
  }
  Object.assign(spans, larger, { length, freeStructuresLength });
}

function bytes(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
