import { expect, test } from 'vitest';
import { traceOf, candidateTexts, gcStart, smallAlloc } from '../../testing/passes';
import { removeProc } from './removeProc';

test('the Ps above the removed one move down', () => {
  expect(candidateTexts(removeProc, traceOf(3, smallAlloc(1, 1, 1), gcStart(2)))).toContain(
    '2 Ps: P0 smallAlloc class 1 (8 B) → o1; P1 gcStart',
  );
});

test('every setProcs has one P less', () => {
  expect(candidateTexts(removeProc, traceOf(3, { op: 'setProcs', procs: 4 }, gcStart(3)))).toContain(
    '2 Ps: setProcs 3; P2 gcStart',
  );
});

test('the only P stays', () => {
  expect(candidateTexts(removeProc, traceOf(1, gcStart()))).toEqual([]);
});

test('every candidate still reads at each step', () => {
  const trace = { shape: { procs: 2, readsEachStep: true }, commands: [gcStart(1)] };
  expect(candidateTexts(removeProc, trace)).toContain('1 P, read at each step: P0 gcStart');
});
