import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import { traceOf, candidateTexts, runPass, smallAlloc, largeAlloc, allocStack } from '../../testing/passes';
import { lowerArguments } from './lowerArguments';

test('an argument goes to the least value first', () => {
  expect(candidateTexts(lowerArguments, traceOf(1, allocStack(40, 1)))[0]).toBe('1 P: allocStack 1 pages → s1');
});

test('bisection finds the least value that fails', () => {
  const failsFrom = ({ commands: [first] }: Trace): boolean =>
    first.op === 'smallAlloc' && first.count >= 37 && first.class >= 7;
  expect(runPass(lowerArguments, traceOf(1, smallAlloc(9, 90, 1)), failsFrom)).toBe(
    '1 P: P0 smallAlloc class 7 (96 B) × 37 → o1',
  );
});

test('a large object stays large', () => {
  expect(candidateTexts(lowerArguments, traceOf(1, largeAlloc(32_769, 1)))).toEqual([]);
});
