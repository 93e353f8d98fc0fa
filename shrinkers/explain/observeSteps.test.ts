/** Observed steps: counters, events and spans, each as it was after the step. */
import { expect, test } from 'vitest';
import type { Command } from '../../properties/trace/command';
import { modelSystem } from '../../systems/model';
import { Budget } from './budget';
import { observeSteps } from './observeSteps';

const COMMANDS: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 5, count: 2, name: 1 },
  { op: 'largeAlloc', p: 0, size: 40_000, name: 2 },
];

test('each step has what it did, the spans that it touched, and all spans as they were then', async () => {
  const [first, second, ...rest] = await observeSteps(
    modelSystem(),
    { shape: { procs: 1 }, commands: COMMANDS },
    new Budget(),
  );
  expect(rest).toEqual([]);
  expect(first?.events).toEqual([
    'span 1 from the page heap',
    'P0 caches span 1',
    '2 slots of span 1 allocated, 0 to 1',
  ]);
  expect(first?.touched).toEqual([1]);
  expect(second?.touched).toEqual([2]);
  expect([...(first?.spans.keys() ?? [])]).toEqual([1]);
  expect(second?.spans.get(1)).toEqual({ span: 1, class: 5, nelems: 128, allocCount: 2, elemSizeBytes: 64, npages: 1 });
  expect(second?.spans.get(2)).toMatchObject({ class: 0, npages: 5 });
});

test('nothing is run when time is up', async () => {
  const system = modelSystem();
  let runs = 0;
  const counted = { ...system, run: (...args: Parameters<typeof system.run>) => (runs++, system.run(...args)) };
  expect(await observeSteps(counted, { shape: { procs: 1 }, commands: COMMANDS }, new Budget(() => true))).toEqual([]);
  expect(runs).toBe(0);
});
