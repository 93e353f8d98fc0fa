/** Each structural check sees the one figure that is broken for it, and nothing in a sound heap. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import type { Heap } from './mheap';
import { NO_LIST, SPAN_DEAD, SPAN_FREE, SPAN_IN_USE, SPAN_MANUAL } from './mspan';
import { empty, nonempty } from './mspanlist';
import { NUM_SIZE_CLASSES } from './sizeclasses';
import { countersDefect } from './validCounters';
import { cellDefect, listsDefect, spanListDefect } from './validLists';
import { pageHeapDefect, spanPagesDefect } from './validPageHeap';
import { spansDefect } from './validSpans';

const CLASS = 5;

/** Two Ps; P0 has a used span cached, another is on nonempty, one is full; a large object; a stack between. */
function soundHeap(): Heap {
  const h = allocator.newHeap(2);
  for (let i = 0; i < 3; i++) allocator.smallAlloc(h, 1, CLASS);
  allocator.release(h, 1, CLASS);
  allocator.largeAlloc(h, 0, 40_000);
  allocator.allocManual(h, 2);
  allocator.largeAlloc(h, 0, 50_000);
  for (let i = 0; i < 128; i++) allocator.smallAlloc(h, 0, 6);
  for (let i = 0; i < 4; i++) allocator.smallAlloc(h, 0, 6);
  return h;
}

const spanWhere = (h: Heap, is: (s: number) => boolean): number => {
  for (let s = 1; s < h.spans.length; s++) if (is(s)) return s;
  throw new Error('the heap has no such span');
};
const cached = (h: Heap) => spanWhere(h, (s) => h.spans.incache[s] === 1);
const large = (h: Heap) => spanWhere(h, (s) => h.spans.sizeclass[s] === 0);
const idle = (h: Heap) => spanWhere(h, (s) => h.spans.state[s] === SPAN_FREE);
const stack = (h: Heap) => spanWhere(h, (s) => h.spans.state[s] === SPAN_MANUAL);
const waiting = (h: Heap) => spanWhere(h, (s) => h.spans.list[s] === nonempty(CLASS));
const full = (h: Heap) => spanWhere(h, (s) => h.spans.incache[s] === 0 && h.spans.list[s] === empty(6));

const CHECKS = { spansDefect, listsDefect, pageHeapDefect, countersDefect };

test('a sound heap has no defect', () => {
  const h = soundHeap();
  for (const defectOf of Object.values(CHECKS)) expect(defectOf(h)).toBeUndefined();
  for (let s = 1; s < h.spans.length; s++) {
    expect(spanListDefect(h, s)).toBeUndefined();
    expect(spanPagesDefect(h, s)).toBeUndefined();
  }
});

const BROKEN: readonly (readonly [keyof typeof CHECKS, string, (h: Heap) => void])[] = [
  ['spansDefect', 'sizeclass of a span not in use', (h) => (h.spans.sizeclass[stack(h)] = CLASS)],
  ['spansDefect', 'allocCount of a span not in use', (h) => (h.spans.allocCount[idle(h)] = 1)],
  ['spansDefect', 'sizeclass of a span in use', (h) => (h.spans.sizeclass[large(h)] = NUM_SIZE_CLASSES)],
  ['spansDefect', 'nelems', (h) => h.spans.nelems[cached(h)]--],
  ['spansDefect', 'allocCount above nelems', (h) => (h.spans.allocCount[cached(h)] = h.spans.nelems[cached(h)] + 1)],
  ['spansDefect', 'freeindex above nelems', (h) => (h.spans.freeindex[cached(h)] = h.spans.nelems[cached(h)] + 1)],
  ['spansDefect', 'allocCount against the allocation bits', (h) => (h.bitmaps.words[h.spans.allocBits[cached(h)] + 1] |= 4)],
  ['spansDefect', 'allocCount of a span that no cache holds', (h) => ((h.spans.allocCount[large(h)] = 0), (h.spans.freeindex[large(h)] = 0))],
  ['spansDefect', 'sweepgen', (h) => (h.spans.sweepgen[large(h)] = h.sweepgen + 1)],
  ['spansDefect', 'incache of a large span', (h) => (h.spans.incache[large(h)] = 1)],
  ['spansDefect', 'npages', (h) => h.spans.npages[cached(h)]++],
  ['listsDefect', 'span on a list that is not its own', (h) => (h.spans.list[cached(h)] = nonempty(6))],
  ['listsDefect', 'prev', (h) => (h.spans.prev[cached(h)] = 0)],
  ['listsDefect', 'last of a list', (h) => (h.lists.last[nonempty(CLASS)] = 0)],
  ['listsDefect', 'prev', (h) => (h.spans.next[full(h)] = full(h))],
  ['listsDefect', 'spans that say they are on a list', (h) => (h.spans.list[stack(h)] = nonempty(9))],
  ['listsDefect', 'list', (h) => (h.spans.allocCount[waiting(h)] = h.spans.nelems[waiting(h)])],
  ['listsDefect', 'state of a cached span', (h) => (h.mcaches.alloc[NUM_SIZE_CLASSES + 9] = stack(h))],
  ['listsDefect', 'class of a cached span', (h) => (h.mcaches.alloc[NUM_SIZE_CLASSES + 9] = waiting(h))],
  ['listsDefect', 'incache of a cached span', (h) => (h.mcaches.alloc[NUM_SIZE_CLASSES + CLASS] = waiting(h))],
  ['listsDefect', 'sweepgen of a cached span', (h) => (h.spans.sweepgen[cached(h)] -= 2)],
  ['listsDefect', 'spans that say they are cached', (h) => (h.mcaches.alloc[6] = 0)],
  ['pageHeapDefect', 'span at a page', (h) => (h.spans.state[stack(h)] = SPAN_DEAD)],
  ['pageHeapDefect', 'base', (h) => h.spans.base[stack(h)]++],
  ['pageHeapDefect', 'npages', (h) => (h.spans.npages[stack(h)] = 0)],
  ['pageHeapDefect', 'end beyond the arena', (h) => (h.spans.npages[idle(h)] += 1)],
  ['pageHeapDefect', 'span at the last page', (h) => (h.pageToSpan[h.spans.base[stack(h)] + 1] = large(h))],
  ['pageHeapDefect', 'free neighbours that are not one', (h) => (h.spans.state[spanWhere(h, (s) => h.spans.base[s] + h.spans.npages[s] === h.spans.base[idle(h)])] = SPAN_FREE)],
  ['pageHeapDefect', 'spans in the arena', (h) => (h.spans.state[(h.spans.length++, h.spans.length - 1)] = SPAN_IN_USE)],
  ['pageHeapDefect', 'pagesInUse', (h) => h.pagesInUse++],
  ['pageHeapDefect', 'heap_inuse', (h) => (h.heap_inuse -= 8192)],
  ['pageHeapDefect', 'heap_idle', (h) => (h.heap_idle += 8192)],
  ['pageHeapDefect', 'stacks_inuse', (h) => (h.stacks_inuse += 8192)],
  ['pageHeapDefect', 'heap_sys', (h) => (h.heap_sys += 8192)],
  ['countersDefect', 'nmalloc of a class without spans', (h) => h.nmalloc[9]++],
  ['countersDefect', 'nsmallfree of a class without spans', (h) => h.nsmallfree[9]++],
  ['countersDefect', 'local_nsmallfree that nobody will flush', (h) => h.mcaches.local_nsmallfree[9]++],
  ['countersDefect', 'cached span of a class or P that is not', (h) => (h.mcaches.alloc[9] = cached(h))],
  ['countersDefect', 'local_tinyallocs of a P that is gone', (h) => (allocator.procresize(h, 1), h.mcaches.local_tinyallocs[1]++)],
  ['countersDefect', 'local_largefree of a P that is gone', (h) => (allocator.procresize(h, 1), h.mcaches.local_largefree[1]++)],
  ['countersDefect', 'local_nlargefree of a P that is gone', (h) => (allocator.procresize(h, 1), h.mcaches.local_nlargefree[1]++)],
];

test.each(BROKEN)('%s sees: %s', (check, what, breakIt) => {
  const h = soundHeap();
  breakIt(h);
  expect(CHECKS[check](h)?.what).toBe(what);
});

test.each([
  ['list', (h: Heap) => (h.spans.list[waiting(h)] = NO_LIST), waiting],
  ['span behind prev', (h: Heap) => (h.lists.first[nonempty(CLASS)] = 0), waiting],
  ['span ahead of next', (h: Heap) => (h.lists.last[nonempty(CLASS)] = 0), waiting],
])('spanListDefect sees, at one span: %s', (what, breakIt, at) => {
  const h = soundHeap();
  const s = at(h);
  breakIt(h);
  expect(spanListDefect(h, s)?.what).toBe(what);
});

test.each([
  ['end of a span', (h: Heap, s: number) => (h.spans.npages[s] = h.arenaUsedPages + 1)],
  ['span at the first page', (h: Heap, s: number) => (h.pageToSpan[h.spans.base[s]] = 0)],
  ['span at the last page', (h: Heap, s: number) => (h.pageToSpan[h.spans.base[s] + h.spans.npages[s] - 1] = 0)],
  ['base of the next span', (h: Heap, s: number) => h.spans.base[h.pageToSpan[h.spans.base[s] + h.spans.npages[s]]]++],
  ['end of the span before', (h: Heap, s: number) => h.spans.npages[h.pageToSpan[h.spans.base[s] - 1]]++],
  ['heap_inuse + heap_idle + stacks_inuse', (h: Heap) => (h.heap_idle += 8192)],
])('spanPagesDefect sees, at one span: %s', (what, breakIt) => {
  const h = soundHeap();
  const s = stack(h);
  breakIt(h, s);
  expect(spanPagesDefect(h, s)?.what).toBe(what);
});

test('a span in a cell that is empty is no defect', () => expect(cellDefect(soundHeap(), 1, 9)).toBeUndefined());
