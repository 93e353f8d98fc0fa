import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart } from '../../testing/passes';
import { observeWithoutReads } from './observeWithoutReads';

test('the reads at each step go', () => {
  const trace = { shape: { procs: 2, readsEachStep: true }, commands: [gcStart()] };
  expect(candidateTexts(observeWithoutReads, trace)).toEqual(['2 Ps: P0 gcStart']);
});

test('a trace without them stays', () => {
  expect(candidateTexts(observeWithoutReads, traceOf(2, gcStart()))).toEqual([]);
});
