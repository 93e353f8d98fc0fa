/** The statements of a Go test for each command. */
import { expect, test } from 'vitest';
import { goStatements } from './goStatements';

test('a command that a program can perform stands for itself', () => {
  const command = { op: 'gcStart', p: 1 } as const;
  expect(goStatements([command])).toEqual([{ text: 'P1 gcStart', command }]);
});

test('what only the runtime does comes about by a read, an allocation with a fresh name, or by itself', () => {
  expect(
    goStatements([
      { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 7 },
      { op: 'uncacheSpan', p: 0, class: 5 },
      { op: 'cacheSpan', p: 1, class: 6 },
      { op: 'cacheSpan', p: 1, class: 6 },
      { op: 'sweepSpan', p: 0, object: 7 },
    ])
      .slice(1)
      .map(({ command }) => command),
  ).toEqual([
    { op: 'readMemStats' },
    { op: 'smallAlloc', p: 1, class: 6, count: 1, name: 8 },
    { op: 'smallAlloc', p: 1, class: 6, count: 1, name: 9 },
    undefined,
  ]);
});
