import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, readMemStats, smallAlloc, free } from '../../testing/passes';
import { deleteLifetimes } from './deleteLifetimes';

const TRACE = traceOf(1, smallAlloc(1, 1, 1), free(1), gcStart());

test('a birth goes with all that refers to it, or only what refers to it', () => {
  expect(candidateTexts(deleteLifetimes, TRACE)).toEqual([
    '1 P: P0 gcStart',
    '1 P: P0 smallAlloc class 1 (8 B) → o1; P0 gcStart',
  ]);
});

test('a command without a name stays', () => {
  expect(candidateTexts(deleteLifetimes, traceOf(1, gcStart(), readMemStats))).toEqual([]);
});
