/** A tiny allocation goes where the rule of mallocgc puts it: by its alignment, and by the room of the current block. */
import { expect, test } from 'vitest';
import { TinyBlocks } from './tinyBlocks';

/** Returns the block of each allocation on P 0, and the bytes taken of the current block after it. */
function allocated(...sizes: readonly number[]): readonly (readonly [block: number, takenBytes: number])[] {
  const tiny = new TinyBlocks();
  return sizes.map((sizeBytes) => [tiny.allocate(0, sizeBytes), tiny.takenBytes(0)] as const);
}

test('objects share a block until one does not fit', () => {
  expect(allocated(7, 9, 1)).toEqual([
    [1, 7],
    [1, 16],
    [2, 1],
  ]);
});

test.each([
  [8, 16],
  [4, 8],
  [12, 16],
  [2, 4],
  [6, 8],
  [3, 4],
])('after one byte, %i bytes end at %i', (sizeBytes, takenBytes) => {
  expect(allocated(1, sizeBytes)).toEqual([
    [1, 1],
    [1, takenBytes],
  ]);
});

test('a new block becomes current only if it has more room left than the old one', () => {
  expect(allocated(10, 10, 1)).toEqual([
    [1, 10],
    [2, 10],
    [1, 11],
  ]);
  expect(allocated(10, 8, 1)).toEqual([
    [1, 10],
    [2, 8],
    [2, 9],
  ]);
});

test('hits are counted, each P has a block of its own, and a flush drops it', () => {
  const tiny = new TinyBlocks();
  tiny.allocate(0, 3);
  expect(tiny.lastWasHit).toBe(false);
  tiny.allocate(1, 3);
  expect(tiny.lastWasHit).toBe(false);
  tiny.allocate(0, 3);
  expect([tiny.lastWasHit, tiny.hits, tiny.currentOf(0), tiny.currentOf(1)]).toEqual([true, 1, 1, 2]);
  tiny.forget(0);
  expect([tiny.currentOf(0), tiny.takenBytes(0), tiny.takenBytes(1)]).toEqual([0, 0, 3]);
  expect(tiny.allocate(0, 3)).toBe(3);
  tiny.reset();
  expect([tiny.hits, tiny.currentOf(0), tiny.allocate(0, 1)]).toEqual([0, 0, 1]);
});
