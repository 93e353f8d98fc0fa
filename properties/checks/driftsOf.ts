/** Figures that differ, as drifts. */
import { logDiff, type MemStats } from '../../model/memstats';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Drift } from '../drift';

export function memStatsDrifts(expected: MemStats, actual: MemStats, prefix = ''): readonly Drift[] {
  const drifts: Drift[] = [];
  logDiff(expected, actual, (field, sizeclass, left, right) =>
    drifts.push({ counter: prefix + field, class: sizeclass, expected: left, actual: right }),
  );
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
  if (isOff(expected, actual)) drifts.push({ counter, class: sizeclass, expected, actual });
}

/** Whether two figures differ; a figure that a system does not have is NaN and differs from nothing. */
export function isOff(expected: number, actual: number): boolean {
  return expected !== actual && expected === expected && actual === actual;
}

export function drift(counter: string, expected: number, actual: number): Drift {
  return { counter, expected, actual };
}

export function differing(...drifts: Drift[]): readonly Drift[] {
  return drifts.filter(({ expected, actual }) => expected !== actual);
}
