/**
 * The size classes of small objects: `class_to_size` and `class_to_allocnpages` of the runtime's sizeclasses.go as of
 * Go 1.9, and the lookup of a class by size (`size_to_class8` and `size_to_class128`, here one table in steps of 8
 * bytes). Later releases have other classes; a system that runs one reports its own.
 *
 * Class 0 stands for a large object, which has a span of its own.
 */

/** The number of classes, class 0 included. */
export const NUM_SIZE_CLASSES = 67;

/** Classes that `MemStats.BySize` publishes; classes 61 to 66 are missing there. */
export const BY_SIZE_CLASSES = 61;

export const PAGE_SHIFT = 13;
export const PAGE_SIZE_BYTES = 1 << PAGE_SHIFT;

/** The size of the largest small object. */
export const MAX_SMALL_SIZE_BYTES = 32768;

/** The size of a tiny block. Smaller objects without pointers share one. */
export const MAX_TINY_SIZE_BYTES = 16;

/** The size class of a tiny block. */
export const TINY_SIZE_CLASS = 2;

/** Bytes of one object, by class. */
// prettier-ignore
export const class_to_size: Int32Array = Int32Array.of(
  0, 8, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480,
  512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096, 4864,
  5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760,
  24576, 27264, 28672, 32768,
);

/** Pages of one span, by class. */
// prettier-ignore
export const class_to_allocnpages: Int32Array = Int32Array.of(
  0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1,
  3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4,
);

/** Objects in one span, by class: the runtime computes `npages << _PageShift / elemsize`. */
export const class_to_nelems: Int32Array = class_to_size.map((sizeBytes, sizeclass) =>
  sizeclass === 0 ? 1 : Math.floor((class_to_allocnpages[sizeclass] << PAGE_SHIFT) / sizeBytes),
);

/** Returns the class of an object of `sizeBytes` (1 to 32,768). */
export function sizeToClass(sizeBytes: number): number {
  return SIZE_TO_CLASS[(sizeBytes + 7) >> 3];
}

const SIZE_TO_CLASS = (() => {
  const table = new Uint8Array((MAX_SMALL_SIZE_BYTES >> 3) + 1);
  let sizeclass = 1;
  for (let i = 1; i < table.length; i++) {
    if (i << 3 > class_to_size[sizeclass]) sizeclass++;
    table[i] = sizeclass;
  }
  return table;
})();
