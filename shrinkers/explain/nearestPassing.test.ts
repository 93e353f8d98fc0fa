/** The nearest passing trace: which neighbors are run, and that none is run that the system cannot perform. */
import { expect, test } from 'vitest';
import type { Failure } from '../../properties/failure';
import { COMMON_OPS, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { highestProcs } from '../alphabet';
import { syncTrial } from '../trial';
import { Budget } from './budget';
import { nearestPassing, type PassingTrace } from './nearestPassing';

const ALLOC: Command = { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 };
const FAILURE: Failure = {
  step: 0,
  op: 'gcStart',
  check: 'rescan',
  drifts: [],
  also: [],
  findings: [],
  flows: 0,
  message: '',
  signature: '',
};

async function nearest(
  commands: readonly Command[],
  holds: (trace: Trace) => boolean,
  { maxProcs = 4, isOver = (): boolean => false } = {},
): Promise<{ passing: PassingTrace | undefined; tried: readonly Trace[] }> {
  const tried: Trace[] = [];
  const trial = syncTrial((trace) => {
    tried.push(trace);
    return holds(trace) ? undefined : FAILURE;
  });
  const system = { ops: COMMON_OPS, maxProcs };
  const passing = await nearestPassing(
    { shape: { procs: 1 }, commands },
    { trial, system, budget: new Budget(isOver) },
  );
  return { passing, tried };
}

test('it names the one argument that is different', async () => {
  const { passing } = await nearest([ALLOC], ({ commands: [command] }) => 'count' in command && command.count === 128);
  expect(passing?.difference).toBe('count 128 instead of 1 in command 1');
});

test('or the two commands that are swapped, or one P more', async () => {
  const swapped = await nearest([ALLOC, { op: 'gcStart', p: 0 }], ({ commands }) => commands[0]?.op === 'gcStart');
  expect(swapped.passing?.difference).toBe('commands 1 and 2 swapped');
  const { passing } = await nearest([{ op: 'gcStart', p: 0 }], ({ shape }) => shape.procs === 2);
  expect(passing?.difference).toBe('2 Ps instead of 1');
});

test('on a system with one P no neighbor has two', async () => {
  const commands: readonly Command[] = [ALLOC, { op: 'setProcs', procs: 1 }];
  const { passing, tried } = await nearest(commands, () => false, { maxProcs: 1 });
  expect(passing).toBeUndefined();
  expect(tried.length).toBeGreaterThan(0);
  for (const trace of tried) expect(highestProcs(trace)).toBe(1);
});

test('it stops when time is up', async () => {
  let asked = 0;
  const { tried } = await nearest([ALLOC], () => false, { isOver: () => ++asked > 2 });
  expect(tried).toHaveLength(2);
});
