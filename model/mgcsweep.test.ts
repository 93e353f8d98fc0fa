/** Tests which spans the sweeper sweeps and which it skips. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { sweep } from './mgcsweep';
import { SPAN_FREE } from './mspan';
import { PAGE_SIZE_BYTES } from './sizeclasses';

test('a span that is swept out of turn is passed over when its turn comes, also if its structure stands for free pages by then', () => {
  const h = allocator.newHeap(1);
  const large = () => {
    allocator.largeAlloc(h, 0, 5 * PAGE_SIZE_BYTES);
    return h.events.data[h.events.length - 2];
  };
  const [first, second, third] = [large(), large(), large()];
  for (const s of [first, second]) allocator.drop(h, s, 0);
  allocator.gcStart(h, 0);
  for (const s of [first, second]) allocator.sweepSpan(h, 0, s);
  // The second has swallowed the first, whose structure stands for what is left of the run now.
  allocator.allocManual(h, 3);
  expect(h.spans.state[first]).toBe(SPAN_FREE);
  allocator.gcStart(h, 0);
  expect([first, third].map((s) => h.spans.allocCount[s])).toEqual([0, 1]);
  expect(h.spans.sweepgen[third]).toBe(h.sweepgen - 2);
});

test('what was swept has its turn again after the next collection', () => {
  const h = allocator.newHeap(1);
  allocator.smallAlloc(h, 0, 5);
  const s = h.events.data[h.events.length - 2];
  for (let cycle = 1; cycle <= 3; cycle++) {
    allocator.gcStart(h, 0);
    expect([h.spans.sweepgen[s], h.sweepgen]).toEqual([2 * cycle - 2, 2 * cycle]);
  }
  allocator.drop(h, s, 0);
  allocator.gcStart(h, 0);
  allocator.gcStart(h, 0);
  expect(h.pagesInUse).toBe(0);
});

test('a sweep tells whether the span went back to the page heap', () => {
  const h = allocator.newHeap(1);
  const placed = (): readonly number[] => [...h.events.data.subarray(h.events.length - 2, h.events.length)];
  const small = (sizeclass: number) => (allocator.smallAlloc(h, 0, sizeclass), placed());
  const large = () => (allocator.largeAlloc(h, 0, 5 * PAGE_SIZE_BYTES), placed());
  const objects = [small(5), small(6), small(6), small(7), large(), large()];
  for (const i of [0, 1, 4]) allocator.drop(h, objects[i][0], objects[i][1]);
  allocator.gcStart(h, 0);
  const wentBack = [0, 1, 3, 4, 5].map((i) => {
    h.spans.sweepgen[objects[i][0]] = h.sweepgen - 1;
    return sweep(h, 0, objects[i][0], false);
  });
  expect(wentBack).toEqual([true, false, false, true, false]);
});
