/** Readings are compared field by field, as the runtime's TestReadMemStats does it with `logDiff`. */
import { expect, test } from 'vitest';
import {
  MEMSTATS_TOTALS,
  clearMemStats,
  copyMemStats,
  equalMemStats,
  logDiff,
  newMemStats,
  type MemStats,
} from './memstats';
import { BY_SIZE_CLASSES, NUM_SIZE_CLASSES } from './sizeclasses';

/** A reading in which every figure is another. */
function reading(): MemStats {
  const stats = newMemStats();
  let figure = 0;
  for (const figures of Object.values(stats)) for (let i = 0; i < figures.length; i++) figures[i] = ++figure;
  return stats;
}

type Place = readonly [keyof MemStats, number];
const TOTALS = MEMSTATS_TOTALS.map((_, i): Place => ['totals', i]);
const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => from + i).flatMap((c): Place[] => [
    ['mallocs', c],
    ['frees', c],
  ]);

function nameOf([part, i]: Place): string {
  if (part === 'totals') return MEMSTATS_TOTALS[i];
  return `${part === 'mallocs' ? 'BySize.Mallocs' : 'BySize.Frees'} of ${i}`;
}

function differences(left: MemStats, right: MemStats): readonly string[] {
  const found: string[] = [];
  logDiff(left, right, (field, sizeclass, l, r) =>
    found.push(`${field}${sizeclass === undefined ? '' : ` of ${sizeclass}`}: ${l}, ${r}`),
  );
  return found;
}

test('equal readings differ in nothing', () => {
  expect(differences(reading(), reading())).toEqual([]);
  expect(equalMemStats(reading(), reading())).toBe(true);
});

test('two readings that differ in one figure differ in that field alone', () => {
  const places = [...TOTALS, ...rows(0, BY_SIZE_CLASSES)];
  const found = places.map(([part, i]) => {
    const [left, right] = [reading(), reading()];
    right[part][i] = 0.5;
    return [
      ...differences(left, right),
      ...differences(right, left),
      equalMemStats(left, right),
      equalMemStats(right, left),
    ];
  });
  const stats = reading();
  const figures = places.map(([part, i]) => stats[part][i]);
  expect(found).toEqual(
    places.map((place, i) => [
      `${nameOf(place)}: ${figures[i]}, 0.5`,
      `${nameOf(place)}: 0.5, ${figures[i]}`,
      false,
      false,
    ]),
  );
});

test('rows that are not published are not compared', () => {
  const right = reading();
  for (const [part, c] of rows(BY_SIZE_CLASSES, NUM_SIZE_CLASSES)) right[part][c]++;
  expect(differences(reading(), right)).toEqual([]);
  expect(equalMemStats(reading(), right)).toBe(true);
});

test('a figure that is not a number differs from every figure, and from itself', () => {
  const right = newMemStats();
  for (const figures of Object.values(right)) figures.fill(Number.NaN);
  const fields = MEMSTATS_TOTALS.length + 2 * BY_SIZE_CLASSES;
  for (const [one, other] of [
    [reading(), right],
    [right, reading()],
    [right, right],
  ] as const) {
    expect(differences(one, other)).toHaveLength(fields);
    expect(equalMemStats(one, other)).toBe(false);
  }
});

test('a copy is equal in every row and lives alone; a cleared reading is as a new one', () => {
  const [from, to] = [reading(), newMemStats()];
  copyMemStats(from, to);
  expect(to).toEqual(from);
  clearMemStats(from);
  expect(from).toEqual(newMemStats());
  expect(to).toEqual(reading());
});
