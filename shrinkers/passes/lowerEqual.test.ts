import { expect, test } from 'vitest';
import { traceOf, candidateTexts, allocStack } from '../../testing/passes';
import { lowerEqual } from './lowerEqual';

test('equal arguments go down together: to the least value, by half and by one', () => {
  const texts = candidateTexts(lowerEqual, traceOf(1, allocStack(4, 1), allocStack(4, 2)));
  expect(texts).toEqual([
    '1 P: allocStack 1 pages → s1; allocStack 1 pages → s2',
    '1 P: allocStack 2 pages → s1; allocStack 2 pages → s2',
    '1 P: allocStack 1 pages → s1; allocStack 1 pages → s2',
    '1 P: allocStack 3 pages → s1; allocStack 3 pages → s2',
  ]);
});

test('arguments that differ stay', () => {
  expect(candidateTexts(lowerEqual, traceOf(1, allocStack(4, 1), allocStack(5, 2)))).toEqual([]);
});
