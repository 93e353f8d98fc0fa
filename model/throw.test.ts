/** The runtime's own throws are the model's: each is reached by the ruin that it guards against. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { insert, insertBack, empty, nonempty, remove } from './mspanlist';
import { freeSpan } from './mcentral';
import { sweep } from './mgcsweep';
import type { Heap } from './mheap';
import { NO_LIST, SPAN_FREE, SPAN_IN_USE } from './mspan';

const CLASS = 5;

function heapWithCachedSpan(): { h: Heap; s: number } {
  const h = allocator.newHeap(2);
  allocator.smallAlloc(h, 0, CLASS);
  return { h, s: h.mcaches.alloc[CLASS] };
}

const THROWS: readonly (readonly [string, (h: Heap, s: number) => void])[] = [
  ['refill of span with free space remaining', (h) => allocator.refill(h, 0, CLASS)],
  ['uncaching span but s.allocCount == 0', (h, s) => ((h.spans.allocCount[s] = 0), allocator.release(h, 0, CLASS))],
  ['freeSpan given cached span', (h, s) => freeSpan(h, 0, s, false, false)],
  [
    "can't preserve unlinked span",
    (h, s) => ((h.spans.incache[s] = 0), (h.spans.list[s] = NO_LIST), freeSpan(h, 0, s, true, false)),
  ],
  ['mSpanList.insert', (h, s) => insert(h.lists, h.spans, empty(CLASS), s)],
  ['mSpanList.insertBack', (h, s) => insertBack(h.lists, h.spans, empty(CLASS), s)],
  ['mSpanList.remove', (h, s) => remove(h.lists, h.spans, nonempty(CLASS), s)],
  ['MSpan_Sweep: bad span state', (h) => (allocator.gcStart(h, 0), sweepTwice(h))],
  ['MSpan_Sweep: bad span state', (h, s) => (allocator.gcStart(h, 0), sweep(h, 0, s, false))],
  [
    'sweep increased allocation count',
    (h) => (allocator.gcStart(h, 0), (h.spans.allocCount[1] = 0), allocator.sweepSpan(h, 0, 1)),
  ],
  [
    's.allocCount != s.nelems && freeIndex == s.nelems',
    (h, s) => ((h.spans.freeindex[s] = h.spans.nelems[s]), allocator.smallAlloc(h, 0, CLASS)),
  ],
  [
    'freeIndex is not valid',
    (h, s) => (
      allocator.release(h, 0, CLASS),
      h.bitmaps.words.fill(-1, h.spans.allocBits[s], h.spans.gcmarkBits[s]),
      allocator.smallAlloc(h, 1, CLASS)
    ),
  ],
  [
    's.allocCount > s.nelems',
    (h, s) => ((h.spans.allocCount[s] = h.spans.nelems[s]), allocator.smallAlloc(h, 0, CLASS)),
  ],
  [
    'span has no free objects',
    (h, s) => (
      allocator.release(h, 0, CLASS),
      (h.spans.allocCount[s] = h.spans.nelems[s]),
      allocator.smallAlloc(h, 1, CLASS)
    ),
  ],
  [
    'span has no free objects',
    (h, s) => (
      allocator.release(h, 0, CLASS),
      (h.spans.freeindex[s] = h.spans.nelems[s]),
      allocator.smallAlloc(h, 1, CLASS)
    ),
  ],
  ['MHeap_FreeSpanLocked - invalid stack free', (h) => withStack(h, (stack) => (h.spans.allocCount[stack] = 1))],
  ['MHeap_FreeSpanLocked - invalid span state', (h) => withStack(h, (stack) => (h.spans.state[stack] = SPAN_FREE))],
  [
    'MHeap_FreeSpanLocked - invalid free',
    (h) => withStack(h, (stack) => ((h.spans.state[stack] = SPAN_IN_USE), (h.spans.allocCount[stack] = 1))),
  ],
  [
    'MHeap_FreeSpanLocked - invalid free',
    (h) => withStack(h, (stack) => ((h.spans.state[stack] = SPAN_IN_USE), (h.spans.sweepgen[stack] = h.sweepgen - 2))),
  ],
  [
    'MHeap_AllocLocked - MSpan not free',
    (h) => ((h.spans.state[freeSpanOf(h)] = SPAN_IN_USE), allocator.largeAlloc(h, 0, 40_000)),
  ],
  ['MHeap_AllocLocked - bad npages', (h) => ((h.spans.npages[freeSpanOf(h)] = 1), allocator.largeAlloc(h, 0, 40_000))],
];

test.each(THROWS)('%s', (message, ruin) => {
  const { h, s } = heapWithCachedSpan();
  expect(() => ruin(h, s)).toThrow(message);
});

function withStack(h: Heap, ruin: (stack: number) => void): void {
  const stack = allocator.allocManual(h, 1);
  ruin(stack);
  allocator.freeManual(h, stack);
}

function freeSpanOf(h: Heap): number {
  for (let s = 1; s < h.spans.length; s++) if (h.spans.state[s] === SPAN_FREE) return s;
  throw new Error('the heap has no free span');
}

/** A span that a sweeper has claimed is swept by somebody who did not. */
function sweepTwice(h: Heap): void {
  h.spans.sweepgen[1] = h.sweepgen;
  h.lists.first.fill(0);
  h.spans.sweepgen[1] = h.sweepgen - 2;
  h.spans.state[1] = SPAN_FREE;
  insertAsWaiting(h);
  allocator.smallAlloc(h, 1, CLASS);
}

function insertAsWaiting(h: Heap): void {
  h.spans.list[1] = NO_LIST;
  insert(h.lists, h.spans, nonempty(CLASS), 1);
}
