import { expect, test } from 'vitest';
import { traceOf, candidateTexts, smallAlloc, largeAlloc, allocStack } from '../../testing/passes';
import { redistributePages } from './redistributePages';

test('a stack gives its pages to another one', () => {
  expect(candidateTexts(redistributePages, traceOf(1, allocStack(5, 1), allocStack(2, 2)))).toContain(
    '1 P: allocStack 1 pages → s1; allocStack 6 pages → s2',
  );
});

test('the pages of a large object stay the same in sum when a smaller command takes its place', () => {
  expect(candidateTexts(redistributePages, traceOf(1, largeAlloc(65_536, 1), allocStack(2, 2)))).toContain(
    '1 P: P0 cacheSpan class 1; allocStack 9 pages → s2',
  );
});

test('without a large object or a stack to grow, spans stay', () => {
  expect(candidateTexts(redistributePages, traceOf(1, smallAlloc(9, 1, 1), smallAlloc(9, 1, 2)))).toEqual([]);
});
