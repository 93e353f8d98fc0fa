import { expect, test } from 'vitest';
import { traceOf, candidateTexts, smallAlloc } from '../../testing/passes';
import { redistributeCounts } from './redistributeCounts';

test('one allocation gives another of its class all but one object, or one', () => {
  const texts = candidateTexts(redistributeCounts, traceOf(1, smallAlloc(1, 4, 1), smallAlloc(1, 1, 2)));
  expect(texts).toEqual([
    '1 P: P0 smallAlloc class 1 (8 B) → o1; P0 smallAlloc class 1 (8 B) × 4 → o2',
    '1 P: P0 smallAlloc class 1 (8 B) × 3 → o1; P0 smallAlloc class 1 (8 B) × 2 → o2',
  ]);
});

test('counts of different classes stay', () => {
  expect(candidateTexts(redistributeCounts, traceOf(1, smallAlloc(1, 4, 1), smallAlloc(2, 1, 2)))).toEqual([]);
});
