/** The slots of each span have a place of their own, also after the arrays have grown and structures are reused. */
import { expect, test } from 'vitest';
import { DropTimes, REFERRED } from './dropTimes';

function slotsOf(times: DropTimes, span: number, nelems: number): readonly number[] {
  return [...times.droppedAt.subarray(times.first[span], (times.first[span] ?? 0) + nelems)];
}

test('a span that is added has no object in any slot', () => {
  const times = new DropTimes();
  times.addSpan(1, 3);
  expect(slotsOf(times, 1, 3)).toEqual([-1, -1, -1]);
});

test('spans do not share slots, however many there are', () => {
  const times = new DropTimes();
  const spans = Array.from({ length: 700 }, (_, i) => i + 1);
  for (const span of spans) {
    times.addSpan(span, 4);
    times.droppedAt.fill(span, times.first[span], (times.first[span] ?? 0) + 4);
  }
  expect(times.droppedAt.length).toBeGreaterThanOrEqual(2800);
  for (const span of spans) expect(slotsOf(times, span, 4)).toEqual([span, span, span, span]);
});

test('a structure that is reused keeps its place if the slots fit, and gets a new one if not', () => {
  const times = new DropTimes();
  times.addSpan(1, 4);
  times.addSpan(2, 4);
  times.droppedAt[times.first[1] ?? 0] = REFERRED;
  const before = times.first[1];
  times.addSpan(1, 3);
  expect(times.first[1]).toBe(before);
  expect(slotsOf(times, 1, 3)).toEqual([-1, -1, -1]);
  times.addSpan(1, 5);
  expect(times.first[1]).toBeGreaterThan(times.first[2] ?? 0);
});

test('after a reset every place is free again', () => {
  const times = new DropTimes();
  times.addSpan(1, 4);
  times.addSpan(2, 4);
  times.reset();
  times.addSpan(2, 4);
  expect(times.first[2]).toBe(0);
});
