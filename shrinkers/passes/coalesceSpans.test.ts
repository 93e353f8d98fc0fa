import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, readMemStats, allocStack } from '../../testing/passes';
import { coalesceSpans } from './coalesceSpans';

test('two stacks become one of as many pages', () => {
  expect(candidateTexts(coalesceSpans, traceOf(1, allocStack(3, 1), allocStack(4, 2), gcStart()))).toContain(
    '1 P: allocStack 7 pages → s1; P0 gcStart',
  );
});

test('or one large object', () => {
  expect(candidateTexts(coalesceSpans, traceOf(1, allocStack(3, 1), allocStack(4, 2), gcStart()))).toContain(
    '1 P: P0 largeAlloc 57,344 B → o1; P0 gcStart',
  );
});

test('commands that take no span, and the last command, stay', () => {
  expect(candidateTexts(coalesceSpans, traceOf(1, gcStart(), readMemStats, gcStart()))).toEqual([]);
  expect(candidateTexts(coalesceSpans, traceOf(1, gcStart(), allocStack(3, 1)))).toEqual([]);
});
