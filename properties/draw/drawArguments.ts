/** Draws the arguments of single commands, with a bias to the values at which accounting breaks (boundaryValues.ts). */
import {
  MAX_TINY_SIZE_BYTES as TINY_BLOCK_BYTES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_nelems,
} from '../../model/sizeclasses';
import { at } from '../at';
import { BOUNDARY_CLASSES, BOUNDARY_LARGE_BYTES, BOUNDARY_TINY_BYTES, boundaryCounts } from './boundaryValues';
import { drawProbabilities } from './drawProbabilities';
import type { Prng } from './prng';

const {
  alignedTinyBytes,
  alignedTinyPercent,
  boundaryClassPercent,
  boundaryLargePercent,
  boundaryTinyPercent,
  fewObjects,
  fewObjectsPercent,
  fillsTinyBlockPercent,
  fittingTinyPercent,
  longStackPages,
  longerThanArenaPercent,
  manyClasses,
  manyClassesPercent,
  manySlots,
  oneObjectPercent,
  shortStackPages,
  shortStackPercent,
  someObjects,
  usualClasses,
} = drawProbabilities;

/** The most pages that the arena grows by at once, of 8 KiB each. */
const ARENA_CHUNK_PAGES = 128;

/** Draws any size class. */
export function drawClass(prng: Prng): number {
  return 1 + prng.below(NUM_SIZE_CLASSES - 1);
}

/** Draws the size classes that a trace uses. */
export function drawClasses(prng: Prng): readonly number[] {
  const classes: number[] = [];
  const count = 1 + prng.below(prng.chance(manyClassesPercent) ? manyClasses : usualClasses);
  for (let i = 0; i < count; i++) {
    classes.push(prng.chance(boundaryClassPercent) ? prng.pick(BOUNDARY_CLASSES) : drawClass(prng));
  }
  return classes;
}

/** Draws how many objects one smallAlloc allocates: mostly one, sometimes a span full, all but one slot, or one more. */
export function drawCount(prng: Prng, sizeclass: number): number {
  const roll = prng.below(100);
  if (roll < oneObjectPercent) return 1;
  if (roll < oneObjectPercent + fewObjectsPercent) return 1 + prng.below(fewObjects);
  const nelems = at(class_to_nelems, sizeclass);
  if (nelems > manySlots && prng.below(nelems) > manySlots) return 1 + prng.below(someObjects);
  return prng.pick(boundaryCounts(sizeclass));
}

/** Draws the size of a tiny object for a block of which `takenBytes` are taken. */
export function drawTinyBytes(prng: Prng, takenBytes: number): number {
  const leftBytes = TINY_BLOCK_BYTES - takenBytes;
  const roll = prng.below(100);
  const boundary = alignedTinyPercent + boundaryTinyPercent;
  if (roll < alignedTinyPercent) return prng.pick(alignedTinyBytes);
  if (roll < boundary) return prng.pick(BOUNDARY_TINY_BYTES);
  if (roll < boundary + fittingTinyPercent && takenBytes > 1 && leftBytes > 0)
    return prng.chance(fillsTinyBlockPercent) ? leftBytes + prng.below(2) : takenBytes;
  return drawAnyTinyBytes(prng);
}

/** Draws any size of a tiny object but 0. */
export function drawAnyTinyBytes(prng: Prng): number {
  return 1 + prng.below(TINY_BLOCK_BYTES - 1);
}

/** Draws the size of a large object. */
export function drawLargeBytes(prng: Prng): number {
  if (prng.chance(boundaryLargePercent)) return prng.pick(BOUNDARY_LARGE_BYTES);
  // One page more than a whole arena chunk, or than what the arena grew by, all of which may be free.
  if (prng.chance(longerThanArenaPercent)) return (ARENA_CHUNK_PAGES + 8 * prng.below(17)) * PAGE_SIZE_BYTES + 1;
  return 4 * PAGE_SIZE_BYTES + 1 + prng.below(16 * PAGE_SIZE_BYTES);
}

/** Draws the length of a stack. */
export function drawStackPages(prng: Prng): number {
  return 1 + prng.below(prng.chance(shortStackPercent) ? shortStackPages : longStackPages);
}
