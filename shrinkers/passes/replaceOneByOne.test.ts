import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, smallAlloc } from '../../testing/passes';
import { replaceOneByOne } from './replaceOneByOne';

const TRACE = traceOf(1, gcStart(), smallAlloc(1, 1, 1));

test('an allocation becomes the refill that it began with', () => {
  expect(candidateTexts(replaceOneByOne, TRACE)).toContain('1 P: P0 gcStart; P0 cacheSpan class 1');
});

test('no command appears that the system does not perform', () => {
  const texts = candidateTexts(replaceOneByOne, TRACE, new Set(['smallAlloc', 'gcStart', 'free']));
  expect(texts.filter((text) => /cacheSpan|readMemStats|sweepSpan/.test(text))).toEqual([]);
  expect(texts).not.toEqual([]);
});
