import { expect, test } from 'vitest';
import type { Trace } from '../../properties/trace/trace';
import { traceOf, candidateTexts, runPass, tinyAlloc } from '../../testing/passes';
import { redistributeTinySizes } from './redistributeTinySizes';

test('sizes that must add up to 15 are shared so that the first is least', () => {
  const fills = ({ commands }: Trace): boolean =>
    commands.reduce((sum, command) => sum + ('size' in command ? command.size : 0), 0) === 15;
  expect(runPass(redistributeTinySizes, traceOf(1, tinyAlloc(9, 1), tinyAlloc(6, 2)), fills)).toBe(
    '1 P: P0 tinyAlloc 1 B → o1; P0 tinyAlloc 14 B → o2',
  );
});

test('a single size is left to lowerArguments', () => {
  expect(candidateTexts(redistributeTinySizes, traceOf(1, tinyAlloc(9, 1)))).toEqual([]);
});
