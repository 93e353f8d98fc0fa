/** The benches run and print; what they measure is not tested, since that is the machine's. */
import { expect, test } from 'vitest';
import { measureModelReads } from '../systems/modelReads';
import { benchSteps } from './steps';
import { table } from './table';

test('all figures are there, and in the table', () => {
  const steps = benchSteps(0.01, 0.01);
  const headline = measureModelReads({ heapMib: [1, 2], procs: [1, 3], reads: 10 });
  expect(steps.every(({ stepsPerCpuSecond, ratio }) => stepsPerCpuSecond > 0 && ratio > 0)).toBe(true);
  expect(headline.rows.map(({ heapMib, procs, objects }) => `${heapMib} ${procs} ${objects}`)).toEqual([
    '1 1 1 KiB',
    '1 3 1 KiB',
    '2 1 1 KiB',
    '2 3 1 KiB',
    '1 1 mixed',
  ]);
  const text = table({ steps, headline });
  for (const { what } of steps) expect(text).toContain(what);
  expect(text).toContain('readMemStats, 2 MiB of 1 KiB objects, 3 Ps');
});

test('a heap that does not fit into memory is named and not built', () => {
  const { rows, skippedMib } = measureModelReads({ heapMib: [2 ** 40], procs: [1], reads: 1 });
  expect(rows).toEqual([]);
  expect(skippedMib).toEqual([2 ** 40]);
});
