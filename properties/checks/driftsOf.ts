/** Comparisons that return the figures that differ, as drifts. NaN differs from every figure, NaN included. */
import { logDiff, type MemStats } from '../../model/memstats';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Drift } from '../drift';
import { hasField, type PublishedFields } from '../publishedFields';

/** Returns the fields of two readings that differ, of those that both readings have. */
export function memStatsDrifts(
  expected: MemStats,
  actual: MemStats,
  fields: readonly (PublishedFields | undefined)[],
  prefix = '',
): readonly Drift[] {
  const drifts: Drift[] = [];
  logDiff(expected, actual, (field, sizeclass, left, right) => {
    if (fields.some((reading) => reading !== undefined && !hasField(reading, field))) return;
    drifts.push({ counter: prefix + field, class: sizeclass, expected: left, actual: right });
  });
  return drifts;
}

export function perClass(
  counter: string,
  expected: (c: number) => number,
  actual: (c: number) => number,
): readonly Drift[] {
  const drifts: Drift[] = [];
  for (let c = 0; c < NUM_SIZE_CLASSES; c++) pushIfOff(drifts, counter, c, expected(c), actual(c));
  return drifts;
}

export function pushIfOff(
  drifts: Drift[],
  counter: string,
  sizeclass: number | undefined,
  expected: number,
  actual: number,
): void {
  if (expected !== actual) drifts.push({ counter, class: sizeclass, expected, actual });
}

export function drift(counter: string, expected: number, actual: number): Drift {
  return { counter, expected, actual };
}

/** Returns those of the given drifts that are real: expected and actual figure differ. */
export function differing(...drifts: Drift[]): readonly Drift[] {
  return drifts.filter(({ expected, actual }) => expected !== actual);
}
