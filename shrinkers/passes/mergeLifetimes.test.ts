import { expect, test } from 'vitest';
import { traceOf, candidateTexts, smallAlloc, tinyAlloc, largeAlloc, free } from '../../testing/passes';
import { mergeLifetimes } from './mergeLifetimes';

test('one command gives birth to the objects of both, and they die together', () => {
  const trace = traceOf(1, smallAlloc(1, 2, 1), smallAlloc(1, 3, 2), free(2));
  expect(candidateTexts(mergeLifetimes, trace)[0]).toBe('1 P: P0 smallAlloc class 1 (8 B) × 5 → o1; free o1');
});

test('two large objects become one of both sizes', () => {
  expect(candidateTexts(mergeLifetimes, traceOf(1, largeAlloc(40_000, 1), largeAlloc(50_000, 2)))[0]).toBe(
    '1 P: P0 largeAlloc 90,000 B → o1',
  );
});

test('births of different ops stay apart', () => {
  expect(candidateTexts(mergeLifetimes, traceOf(1, smallAlloc(1, 1, 1), tinyAlloc(8, 2)))).toEqual([]);
});
