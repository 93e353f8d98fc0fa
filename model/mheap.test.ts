/** A heap that is used again, and an arena that grows beyond the tables that it began with. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { newHeap, resetHeap, type Heap } from './mheap';
import { newMemStats } from './memstats';
import { newRescan } from './mstats';
import { spanAtPage } from './pagemap';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES } from './sizeclasses';

/** Moves every counter of a heap, and makes each of its tables grow. */
function use(h: Heap): void {
  const placed: (readonly [number, number])[] = [];
  const note = () => placed.push([h.events.data[h.events.length - 2], h.events.data[h.events.length - 1]]);
  const small = (p: number, sizeclass: number) => (allocator.smallAlloc(h, p, sizeclass), note());
  const large = (p: number, pages: number) => (allocator.largeAlloc(h, p, pages * PAGE_SIZE_BYTES), note());
  for (let p = 0; p < h.gomaxprocs; p++) {
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) for (let i = 0; i < 9; i++) small(p, sizeclass);
    for (const sizeBytes of [1, 2, 3]) allocator.tinyAlloc(h, p, sizeBytes);
    for (const pages of [5, 200, 900]) large(p, pages);
  }
  for (let i = 0; i < 300; i++) small(0, NUM_SIZE_CLASSES - 1);
  const stack = allocator.allocManual(h, 7);
  allocator.allocManual(h, 7);
  allocator.freeManual(h, stack);
  for (const [i, [s, slot]] of placed.entries()) if (i % 3 !== 0) allocator.drop(h, s, slot);
  allocator.gcStart(h, 0);
  for (const [s] of placed) allocator.sweepSpan(h, 1, s);
  allocator.readMemStats(h, newMemStats());
  for (let p = 0; p < h.gomaxprocs; p++) for (const sizeBytes of [1, 2, 3]) allocator.tinyAlloc(h, p, sizeBytes);
}

/** Returns a heap's contents regardless of its capacity: arrays without trailing zeros, events and stacks up to their length. */
function said(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    const figures = [...(value as Int32Array)];
    return figures.slice(0, figures.findLastIndex((figure) => figure !== 0) + 1);
  }
  if (typeof value !== 'object' || value === null) return value;
  const parts = Object.entries(value).map(([name, part]) => [name, said(part)] as const);
  return Object.fromEntries(parts.filter(([, part]) => !Array.isArray(part) || part.length > 0));
}

/** All that a heap says but what moves and the stacks of spans hold above what they mean. */
function heapSaid({ events, sweepSpans, ...h }: Heap): unknown {
  return [said(h), events.length, sweepSpans.map(({ index }) => index)];
}

test('a used heap is reset to what a new one is', () => {
  const h = newHeap(3);
  use(h);
  allocator.procresize(h, 2);
  expect(h.spans.state.length).toBeGreaterThan(256);
  resetHeap(h, 3);
  expect(heapSaid(h)).toEqual(heapSaid(newHeap(3)));
});

test('a heap that was reset goes through the same as a new one', () => {
  const [used, fresh] = [newHeap(3), newHeap(3)];
  use(used);
  resetHeap(used, 3);
  for (const h of [used, fresh]) use(h);
  expect(heapSaid(used)).toEqual(heapSaid(fresh));
});

test('an arena grows beyond its tables, and every page is still found', () => {
  const h = newHeap(1);
  const spans = Array.from({ length: 12 }, () => {
    allocator.largeAlloc(h, 0, 300 * PAGE_SIZE_BYTES);
    return h.events.data[h.events.length - 2];
  });
  expect(spans.map((s) => spanAtPage(h.pageToSpan, h.spans.base[s]))).toEqual(spans);
  expect(spans.map((s) => spanAtPage(h.pageToSpan, h.spans.base[s] + 299))).toEqual(spans);
  const rescan = newRescan();
  allocator.readMemStatsSlow(h, rescan);
  expect([rescan.pagesInUse, rescan.largePages, h.pagesInUse]).toEqual([3600, 3600, 3600]);
});

test.each([['abc'], ['acb'], ['bac'], ['bca'], ['cab'], ['cba']])(
  'of long free runs the shortest is taken, of equal ones the first, in whatever order they came: %s',
  (order) => {
    const h = newHeap(1);
    const runs = new Map(
      [
        ['a', 300],
        ['b', 200],
        ['c', 200],
      ].map(([name, pages]) => {
        const s = allocator.allocManual(h, pages as number);
        // Lives on and keeps the two runs apart.
        allocator.allocManual(h, 130);
        return [name, { s, base: h.spans.base[s] }] as const;
      }),
    );
    for (const name of order) allocator.freeManual(h, runs.get(name)?.s ?? 0);
    const taken = [150, 150, 150].map((pages) => h.spans.base[allocator.allocManual(h, pages)]);
    expect(taken).toEqual(['b', 'c', 'a'].map((name) => runs.get(name)?.base));
  },
);

test('a span that comes and goes takes no bitmaps from then on', () => {
  const h = newHeap(1);
  const comeAndGo = () => {
    allocator.largeAlloc(h, 0, 5 * PAGE_SIZE_BYTES);
    const [s, slot] = h.events.data.subarray(h.events.length - 2);
    allocator.drop(h, s, slot);
    allocator.gcStart(h, 0);
    allocator.sweepSpan(h, 0, s);
    return h.bitmaps.used;
  };
  const used = comeAndGo();
  expect(Array.from({ length: 5 }, comeAndGo)).toEqual(Array(5).fill(used));
});

test('the page heap takes over the tiny count of the P that allocates or frees pages, and of no other', () => {
  const h = newHeap(3);
  for (const p of [0, 1, 2]) for (let i = 0; i <= p + 1; i++) allocator.tinyAlloc(h, p, 1);
  const counts = () => [h.tinyallocs, ...h.mcaches.local_tinyallocs.subarray(0, 3)];
  expect(counts()).toEqual([0, 1, 2, 3]);
  allocator.largeAlloc(h, 1, 5 * PAGE_SIZE_BYTES);
  expect(counts()).toEqual([2, 1, 0, 3]);
  const [s, slot] = h.events.data.subarray(h.events.length - 2);
  allocator.drop(h, s, slot);
  allocator.gcStart(h, 0);
  allocator.tinyAlloc(h, 2, 1);
  allocator.tinyAlloc(h, 2, 1);
  expect(counts()).toEqual([6, 0, 0, 1]);
  allocator.sweepSpan(h, 2, s);
  expect(counts()).toEqual([7, 0, 0, 0]);
});
