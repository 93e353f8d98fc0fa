/** Where a generator must go: the classes, sizes and counts at which accounting breaks first. */
import {
  BY_SIZE_CLASSES,
  MAX_SMALL_SIZE_BYTES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
} from '../../model/sizeclasses';

/** The first class that `BySize` does not publish. */
export const FIRST_UNPUBLISHED_CLASS = BY_SIZE_CLASSES;

/** Whether the slots of a class fill its span to the last byte. */
export const CLASS_WITHOUT_TAIL: readonly boolean[] = Array.from(
  { length: NUM_SIZE_CLASSES },
  (_, c) => class_to_nelems[c] * class_to_size[c] === class_to_allocnpages[c] * PAGE_SIZE_BYTES,
);

/** First and last class, the tiny class, the first with a tail, the first unpublished, several pages, few slots. */
export const BOUNDARY_CLASSES: readonly number[] = [1, 2, 4, 5, 31, 60, 61, 62, 65, 66];

/** Empty, the first and the last that is tiny, and each alignment. */
export const BOUNDARY_TINY_BYTES: readonly number[] = [0, 1, 2, 4, 7, 8, 9, 12, 15];

/** The smallest large object, whole pages and one byte to either side, and sums that pass 2^32. */
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
 * Sizes that make totals pass 32 bits; rare, since they make the arena large. In a plain array they would make the engine turn
 * every array that chance picks from into one of doubles, and the commands made of it slow.
 */
export const HUGE_LARGE_BYTES = Float64Array.of(2 ** 31, 2 ** 32 - 1, 2 ** 32);

/** Counts that fill a span of the class exactly, all but one slot, and one more. */
export function boundaryCounts(sizeclass: number): readonly number[] {
  const nelems = class_to_nelems[sizeclass];
  return [Math.max(1, nelems - 1), nelems, nelems + 1];
}
