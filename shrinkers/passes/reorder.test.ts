import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, readMemStats, smallAlloc } from '../../testing/passes';
import { reorder } from './reorder';

const TRACE = traceOf(1, gcStart(), smallAlloc(1, 1, 1), readMemStats);

test('a simpler command moves forward', () => {
  expect(candidateTexts(reorder, TRACE)).toContain('1 P: P0 smallAlloc class 1 (8 B) → o1; P0 gcStart; readMemStats');
});

test('a trace in order stays', () => {
  expect(candidateTexts(reorder, traceOf(1, smallAlloc(1, 1, 1), readMemStats, gcStart()))).toEqual([]);
});
