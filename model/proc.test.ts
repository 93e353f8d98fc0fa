/** Ps come with a clean cache, and lose nothing when they go. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { MAX_PROCS } from './mcache';
import { newMemStats } from './memstats';
import { EVENT_STRIDE } from './events';
import { NUM_SIZE_CLASSES } from './sizeclasses';

const CLASS = 5;

test('as many Ps as there can be give back what they hold when they go, and come back clean', () => {
  const h = allocator.newHeap(1);
  allocator.procresize(h, MAX_PROCS);
  for (let p = 0; p < MAX_PROCS; p++) {
    allocator.smallAlloc(h, p, CLASS);
    for (const sizeBytes of [4, 4, 4]) allocator.tinyAlloc(h, p, sizeBytes);
  }
  const [before, after] = [newMemStats(), newMemStats()];
  allocator.peekMemStats(h, before);
  h.events.length = 0;
  allocator.procresize(h, 3);
  allocator.peekMemStats(h, after);
  expect(after).toEqual(before);
  // One span of each of the two classes that every P used.
  expect(h.events.length / EVENT_STRIDE).toBe(2 * (MAX_PROCS - 3));
  expect([...h.mcaches.alloc].flatMap((s, cell) => (s === 0 ? [] : [Math.floor(cell / NUM_SIZE_CLASSES)]))).toEqual([
    0, 0, 1, 1, 2, 2,
  ]);
  allocator.procresize(h, MAX_PROCS);
  allocator.peekMemStats(h, after);
  expect(after).toEqual(before);
  expect([...h.mcaches.tinySpan].filter((s) => s !== 0).length).toBe(3);
});
