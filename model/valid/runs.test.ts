/** Which run pages should come from, and when the arena may grow: what is best, at the edges of the rule. */
import { expect, test } from 'vitest';
import { allocator } from '../allocator';
import type { Heap } from '../mheap';
import { SPAN_FREE } from '../mspan';
import { free, insert, remove } from '../mspanlist';
import { setSpanAtPage, spanAtPage } from '../pagemap';
import { bestFitDefect, growthDefect } from './pageHeap';

interface Runs {
  readonly h: Heap;
  /** The runs that were free, in the order of the arena. */
  readonly runs: readonly number[];
}

/** Free runs of so many pages, apart from each other, in an arena that has no other free pages. */
function heapOf(...lengths: readonly number[]): Runs {
  const h = allocator.newHeap(1);
  const runs = lengths.map((pages) => {
    const run = allocator.allocManual(h, pages);
    allocator.allocManual(h, 1);
    return run;
  });
  while (h.heap_idle > 0) allocator.allocManual(h, h.spans.npages[h.spans.state.indexOf(SPAN_FREE)]);
  for (const run of runs) allocator.freeManual(h, run);
  return { h, runs };
}

/** Returns the defect of an allocation cut from the run of `from` pages while the `others` are free as well. */
function takenFrom(asked: number, from: number, ...others: readonly number[]) {
  const { h, runs } = heapOf(...others, from);
  const hidden = runs.slice(0, -1);
  for (const run of hidden) remove(h.lists, h.spans, free(h.spans.npages[run]), run);
  const s = allocator.allocManual(h, asked);
  expect(h.spans.base[s]).toBe(h.spans.base[runs[others.length]]);
  const rest = spanAtPage(h.pageToSpan, h.spans.base[s] + asked);
  for (const run of hidden) insert(h.lists, h.spans, free(h.spans.npages[run]), run);
  const behind = bestFitDefect(h, s);
  // The same with the rest in front of its list.
  if (from > asked) {
    remove(h.lists, h.spans, free(from - asked), rest);
    insert(h.lists, h.spans, free(from - asked), rest);
  }
  expect(bestFitDefect(h, s)).toEqual(behind);
  return { runs, s, h, defect: behind };
}

test.each([
  [3, 9],
  [3, 6, 2],
  [64, 127, 63],
  [127, 127, 126, 126],
  [127, 128],
  [128, 128, 127],
  [128, 129, 127],
  [130, 300],
  [130, 300, 129, 301],
  [2, 200],
])('%i pages from a run of %i are no defect, whatever is shorter or longer', (asked, from, ...others) => {
  expect(takenFrom(asked, from, ...others).defect).toBeUndefined();
});

test.each([
  [3, 9, 3],
  [3, 9, 6],
  [3, 9, 8],
  [126, 128, 127],
  [126, 200, 127],
  [3, 200, 3],
  [126, 200, 130],
  [130, 300, 130],
  [130, 300, 299],
])('%i pages from a run of %i while one of %i fits better are a defect', (asked, from, better) => {
  const { runs, defect } = takenFrom(asked, from, better);
  expect(defect).toEqual({ what: 'pages of the run that was taken', span: runs[0], expected: better, actual: from });
});

test('of long runs that are as long the first in the arena is taken; of short ones any', () => {
  expect(takenFrom(9, 9, 9).defect).toBeUndefined();
  const { h, runs, s, defect } = takenFrom(130, 200, 200);
  expect(defect).toEqual({
    what: 'base of the run that was taken',
    span: runs[0],
    expected: h.spans.base[runs[0]],
    actual: h.spans.base[s],
  });
});

test('a list without an end is no reason to look for ever', () => {
  const { h, runs } = heapOf(140);
  const before = h.arenaUsedPages;
  const s = allocator.allocManual(h, 400);
  h.spans.next[runs[0]] = runs[0];
  expect([bestFitDefect(h, s), growthDefect(h, s, before)]).toEqual([undefined, undefined]);
});

test.each([
  ['by a chunk', [], 3],
  ['by a chunk that is used up', [], 128],
  ['by more than a chunk, rounded up', [], 129],
  ['by more than a chunk, with nothing left', [], 136],
  ['by a chunk, behind free pages, all but one of the requested ones', [1], 128],
  ['behind free pages, that leave a long rest', [1], 130],
])('an arena that grows is no defect: %s', (_, before, asked) => {
  const h = allocator.newHeap(1);
  for (const pages of before) allocator.allocManual(h, pages);
  const pages = h.arenaUsedPages;
  const s = allocator.allocManual(h, asked);
  expect(h.arenaUsedPages).toBeGreaterThan(pages);
  expect(growthDefect(h, s, pages)).toBeUndefined();
  const ask = h.arenaUsedPages - pages;
  expect(growthDefect(h, s, pages - 8)).toEqual({
    what: 'pages that the arena grew by',
    expected: ask,
    actual: ask + 8,
  });
});

test('free pages at the end of the arena are a defect once they cover the request', () => {
  for (const [asked, isDefect] of [
    [2, true],
    [3, true],
    [4, false],
  ] as const) {
    const h = allocator.newHeap(1);
    allocator.allocManual(h, 125);
    const s = allocator.allocManual(h, 3);
    allocator.freeManual(h, allocator.allocManual(h, 128));
    const rest = spanAtPage(h.pageToSpan, 128);
    // The span takes more or less of the run that begins with the three pages.
    h.spans.npages[s] = asked;
    h.spans.npages[rest] = 128 + 3 - asked;
    setSpanAtPage(h.pageToSpan, 125 + asked, rest);
    expect(growthDefect(h, s, 128)).toEqual(
      isDefect
        ? { what: 'free pages at the end of an arena that grew', span: s, expected: asked - 1, actual: 3 }
        : undefined,
    );
  }
});

test('a long run anywhere in an arena that grew is a defect once it covers the request', () => {
  for (const [length, isDefect] of [
    [299, false],
    [300, true],
    [301, true],
  ] as const) {
    const { h, runs } = heapOf(length);
    remove(h.lists, h.spans, free(length), runs[0]);
    const before = h.arenaUsedPages;
    const s = allocator.allocManual(h, 300);
    insert(h.lists, h.spans, free(length), runs[0]);
    expect(growthDefect(h, s, before)).toEqual(
      isDefect
        ? { what: 'pages of a run in an arena that grew', span: runs[0], expected: 299, actual: length }
        : undefined,
    );
  }
});
