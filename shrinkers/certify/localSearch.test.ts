import { expect, test } from 'vitest';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { syncTrial } from '../trial';
import { searchLocally } from './localSearch';

const FAILURE: Failure = {
  step: 0,
  op: 'gcStart',
  check: 'rescan',
  drifts: [],
  also: [],
  findings: [],
  flows: 0,
  message: '',
  signature: 'rescan gcStart',
};

test('a trace that reads at each step does so with fewer Ps, too', async () => {
  const trace: Trace = { shape: { procs: 3, readsEachStep: true }, commands: [{ op: 'gcStart', p: 0 }] };
  const tried: Trace['shape'][] = [];
  const trial = syncTrial(({ shape }) => (tried.push(shape), undefined));
  await searchLocally({ trace, failure: FAILURE }, trial);
  expect(tried).toEqual([
    { procs: 1, readsEachStep: true },
    { procs: 2, readsEachStep: true },
  ]);
});

test('a wide size class is also lowered to the boundary classes', async () => {
  const trace: Trace = { shape: { procs: 1 }, commands: [{ op: 'cacheSpan', p: 0, class: 60 }] };
  const tried = new Set<number>();
  const trial = syncTrial(({ commands }) => {
    for (const command of commands) if ('class' in command) tried.add(command.class);
    return undefined;
  });
  await searchLocally({ trace, failure: FAILURE }, trial);
  expect([...tried].toSorted((a, b) => a - b)).toEqual([1, 2, 4, 5, 8, 15, 30, 31, 59]);
});
