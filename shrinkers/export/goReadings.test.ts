/** When an exported Go test reads, and what it expects by then. */
import { expect, test } from 'vitest';
import type { Command } from '../../properties/trace/command';
import { goReadings } from './goReadings';
import { goStatements } from './goStatements';

const COMMANDS: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 5, count: 2, name: 1 },
  { op: 'tinyAlloc', p: 0, size: 4, name: 2 },
  { op: 'largeAlloc', p: 0, size: 40_000, name: 3 },
  { op: 'free', object: 1 },
  { op: 'gcStart', p: 0 },
];

test('after each command, if the trace was checked that way; else at its reads and at its end', () => {
  const steps = (commands: readonly Command[], readsEachStep: boolean): readonly number[] =>
    goReadings({ procs: 1 }, goStatements(commands), readsEachStep).map(({ step }) => step);
  expect(steps(COMMANDS, true)).toEqual([0, 1, 2, 3, 4]);
  expect(steps(COMMANDS, false)).toEqual([4]);
  expect(steps([COMMANDS[0], { op: 'readMemStats' }, ...COMMANDS.slice(1)], false)).toEqual([1, 5]);
});

test('what was allocated counts at once, what died once a collection has run', () => {
  const readings = goReadings({ procs: 1 }, goStatements(COMMANDS), true);
  expect(readings[0]).toMatchObject({ mallocs: 2, frees: 0, totalAlloc: 128, alloc: 128 });
  expect(readings[0]?.rows).toEqual([{ sizeBytes: 64, mallocs: 2, frees: 0 }]);
  expect(readings[3]).toMatchObject({ mallocs: 4, frees: 0 });
  expect(readings[4]).toMatchObject({ mallocs: 4, frees: 2 });
  expect(readings[4]?.rows.find(({ sizeBytes }) => sizeBytes === 64)).toEqual({ sizeBytes: 64, mallocs: 2, frees: 2 });
  expect((readings[3]?.alloc ?? 0) - (readings[4]?.alloc ?? 0)).toBe(128);
});
