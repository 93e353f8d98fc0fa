import { expect, test } from 'vitest';
import { HEAP_SYS, MALLOCS, newMemStats } from '../model/memstats';
import { FixedFields, fillMemStats } from './figures';

test('a field that is left out is NaN, and a class without a row is 0', () => {
  const stats = newMemStats();
  fillMemStats(stats, { Mallocs: 3, BySize: [[5, 3, 1]] });
  expect([stats.totals[MALLOCS], stats.totals[HEAP_SYS]]).toEqual([3, Number.NaN]);
  expect([stats.mallocs[5], stats.frees[5], stats.mallocs[6]]).toEqual([3, 1, 0]);
  fillMemStats(stats, { Mallocs: 4 });
  expect([stats.mallocs[5], stats.frees[6]]).toEqual([Number.NaN, Number.NaN]);
});

test('the first answer fixes the fields of all that follow', () => {
  const fields = new FixedFields();
  expect(fields.names).toEqual([]);
  expect(fields.difference({ Mallocs: 1, BySize: [] }, { Mallocs: 1 })).toBeUndefined();
  expect(fields.names).toEqual(['Mallocs', 'BySize']);
  expect(fields.difference({ BySize: [[1, 0, 0]], Mallocs: 2 }, { Mallocs: 2 })).toBeUndefined();
});

test.each([
  [{ Mallocs: 1 }, { Frees: 1 }, 'stats.BySize is missing, which the first answer had'],
  [{ Mallocs: 1, BySize: [] }, {}, 'rescan.Frees is missing, which the first answer had'],
  [{ Mallocs: 1, BySize: [] }, undefined, 'rescan.Frees is missing, which the first answer had'],
  [{ Mallocs: 1, Frees: 0, BySize: [] }, { Frees: 1 }, 'stats.Frees is there, which the first answer did not have'],
])('%j with %j differs from the first answer', (stats, rescan, difference) => {
  const fields = new FixedFields();
  fields.difference({ Mallocs: 1, BySize: [] }, { Frees: 1 });
  expect(fields.difference(stats, rescan)).toBe(difference);
});
