import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import { traceOf, candidateTexts, runPass, gcStart, cacheSpan, smallAlloc } from '../../testing/passes';
import { mergeProcs } from './mergeProcs';

test('one P does all, and there are no others', () => {
  const trace = traceOf(2, smallAlloc(1, 1, 1), gcStart(1), cacheSpan(1, 2));
  expect(runPass(mergeProcs, trace, () => true)).toBe(
    '1 P: P0 smallAlloc class 1 (8 B) → o1; P0 gcStart; P0 cacheSpan class 2',
  );
});

test('a failure that needs two Ps keeps them, but no more', () => {
  const usesTwo = ({ commands }: Trace): boolean =>
    new Set(commands.flatMap((command) => ('p' in command ? [command.p] : []))).size === 2;
  expect(runPass(mergeProcs, traceOf(8, gcStart(3), cacheSpan(5, 1)), usesTwo)).toBe(
    '2 Ps: P0 gcStart; P1 cacheSpan class 1',
  );
});

test('setProcs becomes Ps from the start', () => {
  expect(candidateTexts(mergeProcs, traceOf(1, { op: 'setProcs', procs: 2 }, gcStart(1)))[0]).toBe('2 Ps: P1 gcStart');
});

test('every candidate still reads at each step', () => {
  const { commands } = traceOf(3, gcStart(1), gcStart(2));
  const candidates = candidateTexts(mergeProcs, { shape: { procs: 4, readsEachStep: true }, commands });
  expect(candidates.every((text) => text.includes('read at each step'))).toBe(true);
  expect(candidates).not.toEqual([]);
});
