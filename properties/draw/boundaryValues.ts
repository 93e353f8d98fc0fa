/** Boundary values: the size classes, sizes and counts at which accounting breaks first. */
import {
  BY_SIZE_CLASSES,
  MAX_SMALL_SIZE_BYTES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
} from '../../model/sizeclasses';
import { at } from '../at';

/** The first class that `BySize` does not publish. */
export const FIRST_UNPUBLISHED_CLASS = BY_SIZE_CLASSES;

/** For each class, whether its slots fill a span to the last byte. */
export const CLASS_WITHOUT_TAIL: readonly boolean[] = Array.from(
  { length: NUM_SIZE_CLASSES },
  (_, c) => at(class_to_nelems, c) * at(class_to_size, c) === at(class_to_allocnpages, c) * PAGE_SIZE_BYTES,
);

/** The first and last class, the tiny class, the first with a tail, the first unpublished, several pages, few slots. */
export const BOUNDARY_CLASSES: readonly number[] = [1, 2, 4, 5, 31, 60, 61, 62, 65, 66];

/** Sizes of tiny objects: none, the smallest, the largest, and each alignment with its neighbours. */
export const BOUNDARY_TINY_BYTES: readonly number[] = [0, 1, 2, 4, 7, 8, 9, 12, 15];

/** Sizes of large objects: the smallest, and whole pages with one byte to either side. */
export const BOUNDARY_LARGE_BYTES: readonly number[] = [
  MAX_SMALL_SIZE_BYTES + 1,
  5 * PAGE_SIZE_BYTES - 1,
  5 * PAGE_SIZE_BYTES,
  5 * PAGE_SIZE_BYTES + 1,
  16 * PAGE_SIZE_BYTES,
  127 * PAGE_SIZE_BYTES,
  128 * PAGE_SIZE_BYTES,
  128 * PAGE_SIZE_BYTES + 1,
];

/**
 * Sizes of large objects that make totals overflow 32 bits; rare, since they make the arena large. They stand in a typed array
 * because a plain array of doubles would make `Prng.pick` return doubles everywhere, which slows every command down.
 */
export const HUGE_LARGE_BYTES = Float64Array.of(2 ** 31, 2 ** 32 - 1, 2 ** 32);

/** Returns the counts that fill a span of the class but for one slot, exactly, and by one object more. */
export function boundaryCounts(sizeclass: number): readonly number[] {
  const nelems = at(class_to_nelems, sizeclass);
  return [Math.max(1, nelems - 1), nelems, nelems + 1];
}
