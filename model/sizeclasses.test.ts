/** The size classes hold every small size in the least room, as the runtime's table of them says. */
import { expect, test } from 'vitest';
import {
  MAX_SMALL_SIZE_BYTES,
  MAX_TINY_SIZE_BYTES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  TINY_SIZE_CLASS,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
  sizeToClass,
} from './sizeclasses';

const CLASSES = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);

test('a size finds the smallest class that holds it', () => {
  const wrong: number[] = [];
  for (let sizeBytes = 1; sizeBytes <= MAX_SMALL_SIZE_BYTES; sizeBytes++) {
    if (sizeToClass(sizeBytes) !== class_to_size.findIndex((ofClass) => ofClass >= sizeBytes)) wrong.push(sizeBytes);
  }
  expect(wrong).toEqual([]);
});

test('the classes grow from 8 bytes to the largest small object, each aligned to a word', () => {
  expect(class_to_size.length).toBe(NUM_SIZE_CLASSES);
  expect(CLASSES.filter((c) => class_to_size[c] <= class_to_size[c - 1] || class_to_size[c] % 8 !== 0)).toEqual([]);
  expect([class_to_size[1], class_to_size[NUM_SIZE_CLASSES - 1]]).toEqual([8, MAX_SMALL_SIZE_BYTES]);
  expect(class_to_size[TINY_SIZE_CLASS]).toBe(MAX_TINY_SIZE_BYTES);
});

test('a span holds as many objects as fit, and wastes an eighth of itself at the most', () => {
  const bytesOf = (c: number) => class_to_allocnpages[c] * PAGE_SIZE_BYTES;
  const tailOf = (c: number) => bytesOf(c) - class_to_nelems[c] * class_to_size[c];
  expect(class_to_nelems[0]).toBe(1);
  expect(CLASSES.filter((c) => tailOf(c) < 0 || tailOf(c) >= class_to_size[c] || tailOf(c) > bytesOf(c) / 8)).toEqual(
    [],
  );
});
