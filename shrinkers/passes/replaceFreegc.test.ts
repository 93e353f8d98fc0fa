import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, smallAlloc, free } from '../../testing/passes';
import { replaceFreegc } from './replaceFreegc';

const TRACE = traceOf(1, smallAlloc(5, 1, 1), { op: 'freegc', p: 0, object: 1 }, gcStart());

test('freegc becomes free, which leaves the object to the collection', () => {
  expect(candidateTexts(replaceFreegc, TRACE)).toContain('1 P: P0 smallAlloc class 5 (64 B) → o1; free o1; P0 gcStart');
});

test('a trace without freegc stays', () => {
  expect(candidateTexts(replaceFreegc, traceOf(1, smallAlloc(5, 1, 1), free(1)))).toEqual([]);
});
