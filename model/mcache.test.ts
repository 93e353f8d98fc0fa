/** Tests the events of a P's cache as spans enter and leave it. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { CACHED, EVENT_STRIDE, UNCACHED } from './events';
import type { Heap } from './mheap';
import { NUM_SIZE_CLASSES, class_to_nelems } from './sizeclasses';

const CLASS = 5;

/** The spans that went into a cache and out of one since `moves` was emptied, as kind, span and P. */
function cacheMoves({ events }: Heap): readonly (readonly number[])[] {
  const found: number[][] = [];
  for (let at = 0; at < events.length; at += EVENT_STRIDE) found.push([...events.data.subarray(at, at + EVENT_STRIDE)]);
  return found.filter(([kind]) => kind === CACHED || kind === UNCACHED);
}

test('a refill takes out the span that is used up, and none where there was none', () => {
  const h = allocator.newHeap(2);
  allocator.smallAlloc(h, 1, CLASS);
  const first = h.mcaches.alloc[NUM_SIZE_CLASSES + CLASS];
  expect(cacheMoves(h)).toEqual([[CACHED, first, 1]]);
  for (let i = 1; i < class_to_nelems[CLASS]; i++) allocator.smallAlloc(h, 1, CLASS);
  h.events.length = 0;
  allocator.smallAlloc(h, 1, CLASS);
  const second = h.mcaches.alloc[NUM_SIZE_CLASSES + CLASS];
  expect(second).not.toBe(first);
  expect(cacheMoves(h)).toEqual([
    [UNCACHED, first, 1],
    [CACHED, second, 1],
  ]);
  expect([first, second].map((s) => h.spans.incache[s])).toEqual([0, 1]);
});
