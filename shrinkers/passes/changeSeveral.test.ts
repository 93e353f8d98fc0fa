import { expect, test } from 'vitest';
import { ALL_OPS, traceOf, candidateTexts, smallAlloc, tinyAlloc } from '../../testing/passes';
import { changeSeveral } from './changeSeveral';

const TRACE = traceOf(1, smallAlloc(1, 4, 1), tinyAlloc(8, 2));

test('two arguments go down together', () => {
  expect(candidateTexts(changeSeveral, TRACE)).toContain(
    '1 P: P0 smallAlloc class 1 (8 B) × 3 → o1; P0 tinyAlloc 1 B → o2',
  );
});

test('no candidate changes a single command', () => {
  for (const { commands } of changeSeveral(TRACE, ALL_OPS))
    expect(commands.filter((command, i) => command !== TRACE.commands[i]).length).toBeGreaterThan(1);
});
