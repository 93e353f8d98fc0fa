import { expect, test } from 'vitest';
import { traceOf, candidateTexts, smallAlloc, tinyAlloc, free } from '../../testing/passes';
import { renumberNames } from './renumberNames';

test('names become 1 to n in the order of birth, and references follow', () => {
  expect(candidateTexts(renumberNames, traceOf(1, smallAlloc(1, 1, 7), tinyAlloc(1, 3), free(7)))).toEqual([
    '1 P: P0 smallAlloc class 1 (8 B) → o1; P0 tinyAlloc 1 B → o2; free o1',
  ]);
});

test('names in order stay', () => {
  expect(candidateTexts(renumberNames, traceOf(1, smallAlloc(1, 1, 1), free(1)))).toEqual([]);
});
