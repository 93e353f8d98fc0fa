/** The structural checks at the edges of what they look at: full arrays, dead structures, neighbours, the middle of a list. */
import { setSpanAtPage, spanAtPage } from '../pagemap';
import { expect, test } from 'vitest';
import { allocator } from '../allocator';
import type { Heap } from '../mheap';
import { NO_LIST, SPAN_DEAD, SPAN_FREE, SPAN_MANUAL } from '../mspan';
import { empty, free, nonempty } from '../mspanlist';
import { PAGE_SIZE_BYTES } from '../sizeclasses';
import { countersDefect } from './counters';
import { cellDefect, freshSpanDefect, listsDefect, spanListDefect } from './lists';
import { pageHeapDefect, spanPagesDefect } from './pageHeap';
import { spanDefect, spansDefect } from './spans';

const CLASS = 5;
const CHECKS = [spansDefect, listsDefect, pageHeapDefect, countersDefect];

function stacks(h: Heap, ...pages: readonly number[]): readonly number[] {
  return pages.map((n) => allocator.allocManual(h, n));
}

/** Three spans of a class with a free slot each, in the order of their list, and the heap that they are in. */
function listOfThree(): { readonly h: Heap; readonly listed: readonly number[] } {
  const h = allocator.newHeap(3);
  for (const p of [0, 1, 2]) allocator.smallAlloc(h, p, CLASS);
  for (const p of [0, 1, 2]) allocator.release(h, p, CLASS);
  const first = h.lists.first[nonempty(CLASS)];
  return { h, listed: [first, h.spans.next[first], h.spans.next[h.spans.next[first]]] };
}

test('a heap with as many structures as its arrays have room for has no defect', () => {
  const h = allocator.newHeap(1);
  allocator.smallAlloc(h, 0, CLASS);
  while (h.spans.length < h.spans.state.length) allocator.allocManual(h, 1);
  expect(CHECKS.map((defectOf) => defectOf(h))).toEqual(CHECKS.map(() => undefined));
  allocator.gcStart(h, 0);
  expect(CHECKS.map((defectOf) => defectOf(h))).toEqual(CHECKS.map(() => undefined));
});

test('a page names a structure that exists', () => {
  const h = allocator.newHeap(1);
  while (h.spans.length < h.spans.state.length) allocator.allocManual(h, 1);
  for (const s of [-1, h.spans.length, h.spans.length + 1]) {
    setSpanAtPage(h.pageToSpan, 3, s);
    expect(pageHeapDefect(h)).toEqual({ what: 'span at a page', expected: 3, actual: s });
  }
});

test('a dead structure is no span: it covers no pages and may be on no list', () => {
  const h = allocator.newHeap(1);
  const [first, second] = stacks(h, 1, 1, 1);
  for (const s of [first, second]) allocator.freeManual(h, s);
  expect(h.spans.state[first]).toBe(SPAN_DEAD);
  expect([...CHECKS.map((defectOf) => defectOf(h)), spanPagesDefect(h, first)]).toEqual(Array(5).fill(undefined));
  h.spans.npages[first] = 0;
  h.spans.base[first] = 77;
  expect([pageHeapDefect(h), spanPagesDefect(h, first)]).toEqual([undefined, undefined]);
  h.spans.list[first] = free(1);
  expect(listsDefect(h)).toEqual({
    what: 'list',
    span: first,
    class: h.spans.sizeclass[first],
    expected: NO_LIST,
    actual: free(1),
  });
});

test('a list that has a last span has a first one', () => {
  const { h, listed } = listOfThree();
  h.lists.last[nonempty(9)] = listed[0];
  expect(listsDefect(h)).toEqual({
    what: expect.stringMatching(/^last of /),
    span: listed[0],
    expected: 0,
    actual: listed[0],
  });
});

test('a span in the middle of a list is linked to both its neighbours', () => {
  const { h, listed } = listOfThree();
  const [first, middle, last] = listed;
  expect(listed.map((s) => spanListDefect(h, s))).toEqual([undefined, undefined, undefined]);
  h.spans.next[first] = last;
  expect(spanListDefect(h, middle)).toEqual({
    what: expect.stringMatching(/^span behind prev/),
    span: middle,
    expected: middle,
    actual: last,
  });
  expect(spanListDefect(h, first)).toEqual({
    what: expect.stringMatching(/^span ahead of next/),
    span: first,
    expected: first,
    actual: middle,
  });
  h.spans.next[first] = middle;
  h.spans.prev[last] = first;
  expect(spanListDefect(h, middle)).toEqual({
    what: expect.stringMatching(/^span ahead of next/),
    span: middle,
    expected: middle,
    actual: first,
  });
  expect(spanListDefect(h, last)).toEqual({
    what: expect.stringMatching(/^span behind prev/),
    span: last,
    expected: last,
    actual: middle,
  });
});

test('any span may be the one on a list that is not for it', () => {
  const { h, listed } = listOfThree();
  for (const s of listed) {
    const { allocCount, nelems } = h.spans;
    allocCount[s] = nelems[s];
    expect(listsDefect(h)).toEqual({
      what: 'list',
      span: s,
      class: CLASS,
      expected: empty(CLASS),
      actual: nonempty(CLASS),
    });
    allocCount[s] = 1;
  }
});

test('a cell says whose it is and what is wrong with it', () => {
  const { h, listed } = listOfThree();
  for (const p of [0, 1, 2]) allocator.smallAlloc(h, p, CLASS);
  h.spans.incache[listed[1]] = 0;
  const p = [0, 1, 2].findIndex((each) => cellDefect(h, each, CLASS) !== undefined);
  const defect = { what: 'incache of a cached span', span: listed[1], class: CLASS, p, expected: 1, actual: 0 };
  expect(cellDefect(h, p, CLASS)).toEqual(defect);
  // The lists are sound if the span that says it is in no cache is on the list of those.
  h.spans.allocCount[listed[1]] = h.spans.nelems[listed[1]];
  expect(listsDefect(h)).toEqual(defect);
});

test('only a fresh span of a class asks whether one was passed over', () => {
  const h = allocator.newHeap(1);
  const [first, second] = stacks(h, 1, 1, 1);
  allocator.smallAlloc(h, 0, CLASS);
  const small = h.mcaches.alloc[CLASS];
  allocator.largeAlloc(h, 0, 40_000);
  const large = h.events.data[h.events.length - 2];
  allocator.freeManual(h, first);
  allocator.gcStart(h, 0);
  expect(h.lists.first[free(1)]).not.toBe(0);
  h.spans.sweepgen[h.lists.first[free(1)]] = h.sweepgen - 2;
  expect([second, small, large].map((s) => freshSpanDefect(h, s))).toEqual([undefined, undefined, undefined]);
});

test('a span that was swept, or is in its sweep, was not passed over', () => {
  const { h, listed } = listOfThree();
  allocator.gcStart(h, 0);
  for (const p of [0, 1]) allocator.smallAlloc(h, p, CLASS);
  const first = h.lists.first[empty(CLASS)];
  const seen = [0, -1, -2].map((age) => ((h.spans.sweepgen[first] = h.sweepgen + age), freshSpanDefect(h, listed[2])));
  const what = 'sweepgen of a span that was passed over for a fresh one';
  expect(seen).toEqual([
    undefined,
    undefined,
    { what, span: first, class: CLASS, expected: h.sweepgen, actual: h.sweepgen - 2 },
  ]);
});

test.each([
  ['the span and the one behind it', [1, 2]],
  ['the one in front of it and the span', [0, 1]],
])('two free neighbours are a defect: %s', (_, ruined) => {
  const h = allocator.newHeap(1);
  const four = stacks(h, 1, 2, 3, 1);
  for (const i of ruined) h.spans.state[four[i]] = SPAN_FREE;
  const defect = { what: 'free neighbours that are not one', span: four[ruined[1]], expected: 0, actual: 1 };
  expect(spanPagesDefect(h, four[1])).toEqual(defect);
});

test.each([[[0]], [[1]], [[2]], [[0, 2]]])('free spans that are no neighbours are none: %j', (freed) => {
  const h = allocator.newHeap(1);
  const four = stacks(h, 1, 2, 3, 1);
  for (const i of freed) allocator.freeManual(h, four[i]);
  const found = [...CHECKS.map((defectOf) => defectOf(h)), ...four.map((s) => spanPagesDefect(h, s))];
  expect(found.filter((defect) => defect !== undefined)).toEqual([]);
});

test('a span has a page at least', () => {
  const h = allocator.newHeap(1);
  const [, second] = stacks(h, 1, 2, 3);
  h.spans.npages[second] = 0;
  expect(spanPagesDefect(h, second)).toMatchObject({ what: 'end of a span', span: second });
  expect(pageHeapDefect(h)).toMatchObject({ what: 'npages', span: second, actual: 0 });
});

test('the last span ends where the arena does', () => {
  const h = allocator.newHeap(1);
  const s = allocator.allocManual(h, 128);
  expect(spanPagesDefect(h, s)).toBeUndefined();
  h.spans.npages[s]++;
  const end = { span: s, expected: 128, actual: 129 };
  expect([pageHeapDefect(h), spanPagesDefect(h, s)]).toEqual([
    { what: 'end beyond the arena', ...end },
    { what: 'end of a span', ...end },
  ]);
});

test('bytes of every kind are held against the pages of that kind', () => {
  const h = allocator.newHeap(1);
  const [first] = stacks(h, 3, 5);
  allocator.freeManual(h, first);
  h.spans.state[first] = SPAN_MANUAL;
  expect(pageHeapDefect(h)).toEqual({
    what: 'heap_idle',
    expected: 120 * PAGE_SIZE_BYTES,
    actual: 123 * PAGE_SIZE_BYTES,
  });
  expect(spanDefect(h, first)).toBeUndefined();
});

test('a span that another has the last page of says which', () => {
  const h = allocator.newHeap(1);
  const [first, second] = stacks(h, 1, 2, 3);
  setSpanAtPage(h.pageToSpan, 2, first);
  expect(spanAtPage(h.pageToSpan, 4)).not.toBe(first);
  const defect = { what: 'span at the last page', span: second, expected: second, actual: first };
  expect([pageHeapDefect(h), spanPagesDefect(h, second)]).toEqual([defect, defect]);
});
