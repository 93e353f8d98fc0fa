import { expect, test } from 'vitest';
import {
  traceOf,
  candidateTexts,
  gcStart,
  readMemStats,
  smallAlloc,
  uncacheSpan,
  allocStack,
} from '../../testing/passes';
import { deleteKinds } from './deleteKinds';

const TRACE = traceOf(1, allocStack(1, 1), gcStart(), allocStack(2, 2), readMemStats);

test('all commands of an op go at once', () => {
  expect(candidateTexts(deleteKinds, TRACE)).toContain('1 P: P0 gcStart; readMemStats');
});

test('the last command, which fails, stays', () => {
  expect(candidateTexts(deleteKinds, TRACE).every((text) => text.endsWith('readMemStats'))).toBe(true);
});

test('all commands of a size class or a P go at once', () => {
  const trace = traceOf(2, smallAlloc(5, 1, 1), uncacheSpan(0, 5), gcStart(1), readMemStats);
  const texts = candidateTexts(deleteKinds, trace);
  expect(texts).toContain('2 Ps: P1 gcStart; readMemStats');
  expect(texts).toContain('2 Ps: P0 smallAlloc class 5 (64 B) → o1; P0 uncacheSpan class 5; readMemStats');
});
