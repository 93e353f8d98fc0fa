import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, cacheSpan, smallAlloc } from '../../testing/passes';
import { tradeForCount } from './tradeForCount';

test('a command that takes a span goes for one object more', () => {
  expect(candidateTexts(tradeForCount, traceOf(1, smallAlloc(66, 1, 1), cacheSpan(0, 1)))).toEqual([
    '1 P: P0 smallAlloc class 66 (32,768 B) × 2 → o1',
  ]);
});

test('a command that takes no span stays', () => {
  expect(candidateTexts(tradeForCount, traceOf(1, smallAlloc(66, 1, 1), gcStart()))).toEqual([]);
});
