/** Each structural check sees the one figure that is broken for it, and nothing in a sound heap. */
import { expect, test } from 'vitest';
import { allocator } from '../allocator';
import { MAX_PROCS } from '../mcache';
import type { Heap } from '../mheap';
import { NO_LIST, SPAN_DEAD, SPAN_FREE, SPAN_IN_USE, SPAN_MANUAL } from '../mspan';
import { empty, free, nonempty } from '../mspanlist';
import { setSpanAtPage, spanAtPage } from '../pagemap';
import { NUM_SIZE_CLASSES } from '../sizeclasses';
import { countersDefect } from './counters';
import { cellDefect, freshSpanDefect, listsDefect, spanListDefect } from './lists';
import { bestFitDefect, growthDefect, pageHeapDefect, spanPagesDefect } from './pageHeap';
import { spansDefect } from './spans';

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

test('as many Ps as there can be have no defect, nor have those that are left of them', () => {
  const h = allocator.newHeap(MAX_PROCS);
  for (const procs of [MAX_PROCS, 1]) {
    allocator.procresize(h, procs);
    for (const defectOf of Object.values(CHECKS)) expect(defectOf(h)).toBeUndefined();
  }
});

const BROKEN: readonly (readonly [keyof typeof CHECKS, string, (h: Heap) => void])[] = [
  ['spansDefect', 'sizeclass of a span not in use', (h) => (h.spans.sizeclass[stack(h)] = CLASS)],
  ['spansDefect', 'allocCount of a span not in use', (h) => (h.spans.allocCount[idle(h)] = 1)],
  ['spansDefect', 'sizeclass of a span in use', (h) => (h.spans.sizeclass[large(h)] = NUM_SIZE_CLASSES)],
  ['spansDefect', 'nelems', (h) => h.spans.nelems[cached(h)]--],
  ['spansDefect', 'allocCount above nelems', (h) => (h.spans.allocCount[cached(h)] = h.spans.nelems[cached(h)] + 1)],
  ['spansDefect', 'freeindex above nelems', (h) => (h.spans.freeindex[cached(h)] = h.spans.nelems[cached(h)] + 1)],
  [
    'spansDefect',
    'allocCount against the allocation bits',
    (h) => (h.bitmaps.words[h.spans.allocBits[cached(h)] + 1] |= 4),
  ],
  [
    'spansDefect',
    'allocCount of a span that no cache holds',
    (h) => ((h.spans.allocCount[large(h)] = 0), (h.spans.freeindex[large(h)] = 0)),
  ],
  ['spansDefect', 'sweepgen', (h) => (h.spans.sweepgen[large(h)] = h.sweepgen + 1)],
  ['spansDefect', 'incache of a large span', (h) => (h.spans.incache[large(h)] = 1)],
  ['spansDefect', 'npages', (h) => h.spans.npages[cached(h)]++],
  ['listsDefect', 'span on empty that is not its list', (h) => (h.spans.list[cached(h)] = nonempty(6))],
  ['listsDefect', 'prev on empty', (h) => (h.spans.prev[cached(h)] = 0)],
  ['listsDefect', 'last of nonempty', (h) => (h.lists.last[nonempty(CLASS)] = 0)],
  ['listsDefect', 'prev on empty', (h) => (h.spans.next[full(h)] = full(h))],
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
  ['pageHeapDefect', 'span at the last page', (h) => setSpanAtPage(h.pageToSpan, h.spans.base[stack(h)] + 1, large(h))],
  [
    'pageHeapDefect',
    'free neighbours that are not one',
    (h) =>
      (h.spans.state[spanWhere(h, (s) => h.spans.base[s] + h.spans.npages[s] === h.spans.base[idle(h)])] = SPAN_FREE),
  ],
  [
    'pageHeapDefect',
    'spans in the arena',
    (h) => (h.spans.state[(h.spans.length++, h.spans.length - 1)] = SPAN_IN_USE),
  ],
  ['pageHeapDefect', 'pagesInUse', (h) => h.pagesInUse++],
  ['pageHeapDefect', 'heap_inuse', (h) => (h.heap_inuse -= 8192)],
  ['pageHeapDefect', 'heap_idle', (h) => (h.heap_idle += 8192)],
  ['pageHeapDefect', 'stacks_inuse', (h) => (h.stacks_inuse += 8192)],
  ['pageHeapDefect', 'heap_sys', (h) => (h.heap_sys += 8192)],
  ['countersDefect', 'nmalloc of a class without spans', (h) => h.nmalloc[9]++],
  ['countersDefect', 'nsmallfree of a class without spans', (h) => h.nsmallfree[9]++],
  ['countersDefect', 'local_nsmallfree that nobody will flush', (h) => h.mcaches.local_nsmallfree[9]++],
  ['countersDefect', 'cached span of a class or P that is not', (h) => (h.mcaches.alloc[9] = cached(h))],
  [
    'countersDefect',
    'local_nsmallfree that nobody will flush',
    (h) => (allocator.procresize(h, 1), h.mcaches.local_nsmallfree[NUM_SIZE_CLASSES + CLASS]++),
  ],
  [
    'countersDefect',
    'cached span of a class or P that is not',
    (h) => (allocator.procresize(h, 1), (h.mcaches.alloc[NUM_SIZE_CLASSES + CLASS] = cached(h))),
  ],
  [
    'countersDefect',
    'local_tinyallocs of a P that is gone',
    (h) => (allocator.procresize(h, 1), h.mcaches.local_tinyallocs[1]++),
  ],
  [
    'countersDefect',
    'local_largefree of a P that is gone',
    (h) => (allocator.procresize(h, 1), h.mcaches.local_largefree[1]++),
  ],
  [
    'countersDefect',
    'local_nlargefree of a P that is gone',
    (h) => (allocator.procresize(h, 1), h.mcaches.local_nlargefree[1]++),
  ],
];

test.each(BROKEN)('%s sees: %s', (check, what, breakIt) => {
  const h = soundHeap();
  breakIt(h);
  expect(CHECKS[check](h)?.what).toBe(what);
});

test('a span may wait for its sweep, be in it or be through, and no other sweepgen is sound', () => {
  const h = soundHeap();
  const s = large(h);
  const seen = [-3, -2, -1, 0, 1].map((age) => ((h.spans.sweepgen[s] = h.sweepgen + age), spansDefect(h)?.what));
  expect(seen).toEqual(['sweepgen', undefined, undefined, undefined, 'sweepgen']);
});

test.each([
  ['list', (h: Heap) => (h.spans.list[waiting(h)] = NO_LIST), waiting],
  ['span behind prev on nonempty', (h: Heap) => (h.lists.first[nonempty(CLASS)] = 0), waiting],
  ['span ahead of next on nonempty', (h: Heap) => (h.lists.last[nonempty(CLASS)] = 0), waiting],
])('spanListDefect sees, at one span: %s', (what, breakIt, at) => {
  const h = soundHeap();
  const s = at(h);
  breakIt(h);
  expect(spanListDefect(h, s)?.what).toBe(what);
});

test.each([
  ['end of a span', (h: Heap, s: number) => (h.spans.npages[s] = h.arenaUsedPages + 1)],
  ['span at the first page', (h: Heap, s: number) => setSpanAtPage(h.pageToSpan, h.spans.base[s], 0)],
  [
    'span at the last page',
    (h: Heap, s: number) => setSpanAtPage(h.pageToSpan, h.spans.base[s] + h.spans.npages[s] - 1, 0),
  ],
  [
    'base of the next span',
    (h: Heap, s: number) => h.spans.base[spanAtPage(h.pageToSpan, h.spans.base[s] + h.spans.npages[s])]++,
  ],
  ['end of the span before', (h: Heap, s: number) => h.spans.npages[spanAtPage(h.pageToSpan, h.spans.base[s] - 1)]++],
  ['heap_inuse + heap_idle + stacks_inuse', (h: Heap) => (h.heap_idle += 8192)],
])('spanPagesDefect sees, at one span: %s', (what, breakIt) => {
  const h = soundHeap();
  const s = stack(h);
  breakIt(h, s);
  expect(spanPagesDefect(h, s)?.what).toBe(what);
});

test('a span in a cell that is empty is no defect', () => expect(cellDefect(soundHeap(), 1, 9)).toBeUndefined());

/** Free runs of the lengths, each with a stack behind it, and what was allocated from one of them. */
function heapOfRuns(
  asked: number,
  ...lengths: readonly number[]
): { readonly h: Heap; readonly runs: readonly number[]; readonly s: number } {
  const h = allocator.newHeap(1);
  const runs = lengths.map((pages) => {
    const run = allocator.allocManual(h, pages);
    allocator.allocManual(h, 128 * Math.ceil(pages / 128) - pages);
    return run;
  });
  for (const run of runs) allocator.freeManual(h, run);
  return { h, runs, s: allocator.allocManual(h, asked) };
}

test('a run that fits best is no defect, whatever is left of it', () => {
  const heaps = [
    [3, 4, 5],
    [3, 3, 9],
    [100, 120, 110],
    [200, 201, 250],
    [200, 250, 250],
    [150, 150, 100],
    [2, 200],
  ].map(([asked, ...lengths]) => heapOfRuns(asked, ...lengths));
  expect(heaps.map(({ h, s }) => bestFitDefect(h, s))).toEqual(heaps.map(() => undefined));
});

test.each([
  ['pages of the run that was taken', [3, 6, 9], 5],
  ['pages of the run that was taken', [3, 9, 20], 3],
  ['pages of the run that was taken', [140, 150, 200], 145],
  ['base of the run that was taken', [140, 200, 200], 200],
])(
  'bestFitDefect sees: %s, request and runs %j, the second run of %i pages and in front of all',
  (what, [asked, ...lengths], pages) => {
    const { h, runs, s } = heapOfRuns(asked, ...lengths);
    const other = runs[1];
    h.lists.first[free(h.spans.npages[other])] = 0;
    h.spans.npages[other] = pages;
    h.spans.base[other] = -1;
    h.spans.next[other] = 0;
    h.lists.first[free(pages)] = other;
    expect(bestFitDefect(h, s)?.what).toBe(what);
  },
);

test('an arena that grows for a span that nothing fits is no defect, and every other growth is one', () => {
  const { h, s } = heapOfRuns(300, 130);
  const grown = 304;
  const before = h.arenaUsedPages - grown;
  expect(growthDefect(h, s, h.arenaUsedPages)).toBeUndefined();
  expect(growthDefect(h, s, before)).toBeUndefined();
  expect(growthDefect(h, s, before - 8)?.what).toBe('pages that the arena grew by');
  const run = h.lists.first[free(130)];
  h.spans.npages[run] = 300;
  expect(growthDefect(h, s, before)?.what).toBe('pages of a run in an arena that grew');
  h.spans.base[s]--;
  expect(growthDefect(h, s, before)?.what).toBe('end of a run that the arena grew for');
});

test('an arena that grew behind free pages enough is a defect', () => {
  const h = allocator.newHeap(1);
  const s = allocator.allocManual(h, 3);
  expect(growthDefect(h, s, 0)).toBeUndefined();
  h.spans.base[s] = 0;
  h.arenaUsedPages += 128;
  h.spans.npages[spanAtPage(h.pageToSpan, 3)] += 128;
  expect(growthDefect(h, s, 128)?.what).toBe('free pages at the end of an arena that grew');
});

test('a fresh span while a full one waits to be swept is a defect', () => {
  const h = soundHeap();
  const s = cached(h);
  expect(freshSpanDefect(h, large(h))).toBeUndefined();
  expect(freshSpanDefect(h, s)).toBeUndefined();
  h.spans.sweepgen[h.lists.first[empty(6)]] -= 2;
  expect(freshSpanDefect(h, s)?.what).toBe('sweepgen of a span that was passed over for a fresh one');
});
