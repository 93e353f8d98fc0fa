import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import { traceOf, candidateTexts, runPass, gcStart, readMemStats } from '../../testing/passes';
import { deleteCombinations } from './deleteCombinations';

test('two commands that only go together go', () => {
  const evenCollections = ({ commands }: Trace): boolean =>
    commands.filter(({ op }) => op === 'gcStart').length % 2 === 1 && commands.includes(readMemStats);
  const trace = traceOf(2, gcStart(), gcStart(), gcStart(1), readMemStats);
  expect(runPass(deleteCombinations, trace, evenCollections)).toBe('2 Ps: P0 gcStart; readMemStats');
});

test('a long trace is left to the other passes', () => {
  expect(candidateTexts(deleteCombinations, traceOf(1, ...Array.from({ length: 25 }, () => gcStart())))).toEqual([]);
});
