import { expect, test } from 'vitest';
import type { Command } from '../../properties/trace/command';
import { isSmaller } from '../order';
import { removePointers } from './removePointers';

const SMALL: Command = { op: 'smallAlloc', p: 0, class: 5, count: 2, name: 1 };
const SCAN: Command = { ...SMALL, name: 2, pointers: true };
const TRACE = { shape: { procs: 1 }, commands: [SMALL, SCAN, { ...SCAN, name: 3 }] };

test('pointers go from all objects at once, then from one after the other, and each time the trace is smaller', () => {
  const candidates = [...removePointers(TRACE)];
  expect(candidates.map(({ commands }) => commands.filter((command) => 'pointers' in command).length)).toEqual([
    0, 1, 1,
  ]);
  expect(candidates.every((candidate) => isSmaller(candidate, TRACE))).toBe(true);
});
