import { expect, test } from 'vitest';
import { nearest } from './didYouMean';

const WORDS = ['smallAlloc', 'largeAlloc', 'tinyAlloc', 'free', 'freeStack', 'p'];

test.each([
  ['smalAlloc', 'smallAlloc'],
  ['samllAlloc', 'smallAlloc'],
  ['SMALLALLOC', 'smallAlloc'],
  ['fre', 'free'],
  ['fere', 'free'],
  ['tinyAllocs', 'tinyAlloc'],
])('%s is meant as %s', (typed, meant) => {
  expect(nearest(typed, WORDS)).toBe(meant);
});

test.each(['', 'q', 'malloc', 'xyz', 'x'.repeat(100_000)])('nothing is near %.10s', (typed) => {
  expect(nearest(typed, WORDS)).toBeUndefined();
});
