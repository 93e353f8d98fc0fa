/** Sweeping for room: what a heap sweeps, and how much, before it gives pages away while a sweep is open. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { EVENT_STRIDE, SPAN_FREED, SWEPT } from './events';
import { PAGE_SIZE_BYTES, class_to_nelems } from './sizeclasses';
import type { Heap } from './mheap';

/** A class with one page a span. */
const CLASS = 31;

interface LargeObject {
  readonly pages: number;
  readonly isDead: boolean;
}

const dead = (...pages: readonly number[]): readonly LargeObject[] => pages.map((n) => ({ pages: n, isDead: true }));
const live = (...pages: readonly number[]): readonly LargeObject[] => pages.map((n) => ({ pages: n, isDead: false }));

/** A heap whose sweep is open, of large objects of so many pages and of full spans of small ones; a span's number tells which. */
function collected(
  large: readonly LargeObject[],
  deadSmallSpans = 0,
): { readonly h: Heap; readonly pagesOf: ReadonlyMap<number, number> } {
  const h = allocator.newHeap(2);
  const pagesOf = new Map<number, number>();
  const dying: (readonly [number, number])[] = [];
  const placed = (): readonly [number, number] => [
    h.events.data[h.events.length - 2],
    h.events.data[h.events.length - 1],
  ];
  for (const { pages, isDead } of large) {
    allocator.largeAlloc(h, 0, pages * PAGE_SIZE_BYTES);
    pagesOf.set(placed()[0], pages);
    if (isDead) dying.push(placed());
  }
  for (let i = 0; i < deadSmallSpans * class_to_nelems[CLASS]; i++) {
    allocator.smallAlloc(h, 0, CLASS);
    pagesOf.set(placed()[0], 1);
    dying.push(placed());
  }
  for (const [s, slot] of dying) allocator.drop(h, s, slot);
  allocator.gcStart(h, 0);
  return { h, pagesOf };
}

/** Returns the pages of the spans that a request for `ask` pages swept, and of those that came back. */
function sweptFor(
  ask: number,
  large: readonly LargeObject[],
  deadSmallSpans = 0,
): { readonly swept: readonly number[]; readonly freed: readonly number[] } {
  const { h, pagesOf } = collected(large, deadSmallSpans);
  h.events.length = 0;
  allocator.largeAlloc(h, 1, ask * PAGE_SIZE_BYTES);
  const pagesOfMoved = (kind: number) => spansMoved(h, kind).map((s) => pagesOf.get(s) ?? 0);
  return { swept: pagesOfMoved(SWEPT), freed: pagesOfMoved(SPAN_FREED) };
}

/** The spans that so moved, in that order. */
function spansMoved({ events }: Heap, kind: number): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < events.length; at += EVENT_STRIDE)
    if (events.data[at] === kind) found.push(events.data[at + 1]);
  return found;
}

const same = (...pages: readonly number[]) => ({ swept: pages, freed: pages });

test.each([
  ['one that is as long', 6, dead(7, 5, 6, 200), same(6)],
  ['the shortest that is longer', 6, dead(9, 5, 8, 200), same(8)],
  ['the last with a list of its own', 6, dead(200, 127), same(127)],
  ['a very long one', 6, dead(5, 200), same(200)],
  ['one that is as long as the first of the very long', 128, dead(127, 128), same(128)],
  ['one of two that are as long', 6, dead(6, 6), same(6)],
  ['as many very long ones as it takes', 250, dead(130, 140, 150), same(130, 140)],
])('one large object that is long enough will do: %s', (_, ask, large, expected) => {
  expect(sweptFor(ask, large)).toEqual(expected);
});

test('what lives is swept and passed over, until something dead comes', () => {
  const large = [...live(6), ...dead(7), ...live(7), ...dead(8)];
  expect(sweptFor(6, large)).toEqual({ swept: [6, 7], freed: [7] });
  expect(sweptFor(6, [...live(7), ...large])).toEqual({ swept: [6, 7, 7], freed: [7] });
  expect(sweptFor(6, [...live(7, 300), ...dead(5, 5, 5)])).toEqual({ swept: [7, 300, 5, 5], freed: [5, 5] });
});

test.each([
  ['until they add up', 12, dead(5, 5, 5, 5), same(5, 5, 5)],
  ['until they add up to the page', 10, dead(5, 5, 5, 5), same(5, 5)],
  ['none of the longer once they add up', 12, dead(5, 5, 5, 7), same(5, 5, 5)],
  ['none of the longer once they add up to the page', 10, dead(5, 5, 7), same(5, 5)],
  ['the shortest first, and of the longer no more than are wanted yet', 15, dead(6, 5, 6, 5), same(5, 5, 6)],
  ['of all lengths below the asked', 20, dead(19, 19), same(19, 19)],
  ['of all lists for a very long one', 128, dead(127, 5), same(5, 127)],
])('of shorter large objects it takes several: %s', (_, ask, large, expected) => {
  expect(sweptFor(ask, large)).toEqual(expected);
});

test('then it sweeps what comes next, until the pages in use are as many fewer', () => {
  expect(sweptFor(5, [], 9)).toEqual(same(1, 1, 1, 1, 1));
  expect(sweptFor(7, dead(5), 9)).toEqual(same(5, 1, 1));
  expect(sweptFor(15, dead(5, 5), 9)).toEqual(same(5, 5, 1, 1, 1, 1, 1));
  expect(sweptFor(5, live(9), 0)).toEqual({ swept: [9], freed: [] });
});

test('a small object sweeps for room as well, once its class has no span with a free slot', () => {
  const { h, pagesOf } = collected(dead(9, 8));
  h.events.length = 0;
  allocator.smallAlloc(h, 1, CLASS);
  expect(spansMoved(h, SWEPT).map((s) => pagesOf.get(s))).toEqual([8]);
});

test('when all is swept nothing is looked for, until the next collection', () => {
  const { h } = collected(dead(5, 6, 7));
  expect(h.isSweepDone).toBe(false);
  allocator.largeAlloc(h, 0, 300 * PAGE_SIZE_BYTES);
  expect(h.isSweepDone).toBe(true);
  h.events.length = 0;
  allocator.largeAlloc(h, 0, 300 * PAGE_SIZE_BYTES);
  expect(spansMoved(h, SWEPT)).toEqual([]);
  allocator.gcStart(h, 0);
  expect(h.isSweepDone).toBe(false);
});
