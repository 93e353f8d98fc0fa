import { expect, test } from 'vitest';
import type { Twin } from '../../properties/system';
import { StartOffsets } from './startOffsets';

const FIELDS = ['Alloc', 'Mallocs'].map((name) => ({ name, readTwin: `read: ${name}` }));

function twin(counter: string, expected: number, actual: number): Twin {
  return { counter, expected, actual };
}

test('an offset before the first command is reported once and then hidden; what commands add to it is shown', () => {
  const start = new StartOffsets(FIELDS);
  expect(start.take(Float64Array.of(100, 7), Float64Array.of(100, 5), [twin('pagesInUse', 3, 4)])).toBe(
    'Mallocs is off by 2 by rescan',
  );
  const rescanned = Float64Array.of(108, 6);
  const twins = [twin('pagesInUse', 5, 6), twin('read: Mallocs', 6, 8), twin('HeapInuse', 1, 2)];
  start.correct(rescanned, twins);
  expect([...rescanned]).toEqual([108, 8]);
  expect(twins).toEqual([twin('HeapInuse', 1, 2)]);
  const more = [twin('pagesInUse', 5, 8), twin('read: Mallocs', 6, 9)];
  start.correct(Float64Array.of(0, 0), more);
  expect(more).toEqual([twin('pagesInUse', 6, 8), twin('read: Mallocs', 8, 9)]);
});

test('a start without an offset reports nothing', () => {
  const start = new StartOffsets(FIELDS);
  expect(start.take(Float64Array.of(1, 2), Float64Array.of(1, 2), [])).toBeUndefined();
  expect(start.isOff).toBe(false);
});
