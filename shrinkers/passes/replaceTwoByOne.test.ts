import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, smallAlloc, uncacheSpan } from '../../testing/passes';
import { replaceTwoByOne } from './replaceTwoByOne';

const TRACE = traceOf(1, smallAlloc(1, 1, 1), uncacheSpan(0, 1), gcStart());

test('two commands become one, at any place', () => {
  const texts = candidateTexts(replaceTwoByOne, TRACE);
  expect(texts).toContain('1 P: P0 smallAlloc class 1 (8 B) → o1; P0 gcStart');
  expect(texts).toContain('1 P: P0 gcStart; P0 smallAlloc class 1 (8 B) → o1');
});

test('a long trace is left to the other passes', () => {
  expect(candidateTexts(replaceTwoByOne, traceOf(1, ...Array.from({ length: 8 }, () => gcStart())))).toEqual([]);
});
