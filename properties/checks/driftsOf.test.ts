/** Comparisons skip the fields that a reading does not have, and no other: NaN in a field that is there is a drift. */
import { expect, test } from 'vitest';
import { FREES, MALLOCS, newMemStats } from '../../model/memstats';
import { formatDrift } from '../drift';
import { publishedFields } from '../publishedFields';
import { differing, drift, memStatsDrifts, perClass } from './driftsOf';

const MALLOCS_ONLY = publishedFields(new Set(['Mallocs']));

test('a field that one of the readings lacks is skipped', () => {
  const [expected, actual] = [newMemStats(), newMemStats()];
  actual.totals[MALLOCS] = 1;
  actual.totals[FREES] = 1;
  actual.mallocs[5] = 1;
  const counters = (...fields: Parameters<typeof memStatsDrifts>[2]) =>
    memStatsDrifts(expected, actual, fields).map(({ counter }) => counter);
  expect(counters(undefined)).toEqual(['Mallocs', 'Frees', 'BySize.Mallocs']);
  expect(counters(MALLOCS_ONLY, undefined)).toEqual(['Mallocs']);
  expect(counters(undefined, MALLOCS_ONLY)).toEqual(['Mallocs']);
  expect(counters(publishedFields(new Set(['BySize'])))).toEqual(['BySize.Mallocs']);
});

test('a figure that is not a number is a drift, also if both are', () => {
  const [expected, actual] = [newMemStats(), newMemStats()];
  expected.totals[MALLOCS] = Number.NaN;
  actual.totals[MALLOCS] = Number.NaN;
  expect(memStatsDrifts(expected, actual, [MALLOCS_ONLY], 'read: ').map(formatDrift)).toEqual([
    'read: Mallocs: not a number',
  ]);
  expect(differing(drift('a', Number.NaN, 1), drift('b', 1, 1)).map(formatDrift)).toEqual([
    'a: 1, but what it should equal is not a number',
  ]);
  const rows = perClass(
    'c',
    () => 0,
    (c) => (c === 3 ? Number.NaN : 0),
  );
  expect(rows.map(formatDrift)).toEqual(['c of class 3: not a number, expected 0']);
});

test('a drift names its place and its difference', () => {
  const place = { class: 5, p: 1, span: 7 };
  expect(formatDrift({ counter: 'c', ...place, expected: 1500, actual: 12 })).toBe(
    'c of class 5, P1, span 7: 12, expected 1,500 (−1,488)',
  );
  expect(formatDrift(drift('c', 1, 1001))).toBe('c: 1,001, expected 1 (+1,000)');
});
