import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import { ALL_OPS, traceOf, runPass, gcStart, smallAlloc, free } from '../../testing/passes';
import { tryShortest } from './tryShortest';

const TRACE = traceOf(1, smallAlloc(9, 7, 1), free(1), gcStart());

test('any failure of two commands is found, whatever the trace was', () => {
  const uncaches = ({ commands }: Trace): boolean => commands.some(({ op }) => op === 'uncacheSpan');
  expect(runPass(tryShortest, TRACE, uncaches)).toBe('1 P: P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1');
});

test('a failure that needs four commands is not found', () => {
  expect(runPass(tryShortest, TRACE, ({ commands }) => commands.length > 3)).toBe(
    '1 P: P0 smallAlloc class 9 (128 B) × 7 → o1; free o1; P0 gcStart',
  );
});

test('a trace that reads at each step is compared with such traces only', () => {
  const candidates = [...tryShortest({ ...TRACE, shape: { procs: 1, readsEachStep: true } }, ALL_OPS)];
  expect(candidates.every(({ shape }) => shape.readsEachStep === true)).toBe(true);
  // Each read flushes the P, so no span is cached.
  expect(candidates.some(({ commands }) => commands.some(({ op }) => op === 'uncacheSpan'))).toBe(false);
});
