/** Local search: which neighbors it tries, and what it says of those that it left out. */
import { expect, test } from 'vitest';
import type { Failure } from '../../properties/failure';
import { COMMON_OPS, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { syncTrial } from '../trial';
import { searchLocally, type LocalSearchResult } from './localSearch';

const ALLOC: Command = { op: 'smallAlloc', p: 0, class: 2, count: 1, name: 1 };
const FAILURE: Failure = {
  step: 0,
  op: 'readMemStats',
  check: 'rescan',
  drifts: [],
  also: [],
  findings: [],
  flows: 0,
  message: '',
  signature: 'rescan Mallocs + readMemStats',
};
const SYSTEM = { ops: COMMON_OPS, maxProcs: 128 };

/** Searches next to the trace; returns the result and every trace that was run. */
async function searched(
  trace: Trace,
  { fails = (_: Trace): boolean => false, system = SYSTEM, isOver = (): boolean => false } = {},
): Promise<{ result: LocalSearchResult; tried: readonly Trace[] }> {
  const tried: Trace[] = [];
  const trial = syncTrial((candidate) => {
    tried.push(candidate);
    return fails(candidate) ? FAILURE : undefined;
  });
  return { result: await searchLocally({ trace, failure: FAILURE }, { trial, system, isOver }), tried };
}

test('with one P less, a trace is still read at each step; and once it is tried without reads', async () => {
  const commands: readonly Command[] = [{ op: 'readMemStats' }];
  const { tried, result } = await searched({ shape: { procs: 3, readsEachStep: true }, commands });
  expect(tried.map(({ shape }) => shape)).toEqual([
    { procs: 3 },
    { procs: 1, readsEachStep: true },
    { procs: 2, readsEachStep: true },
  ]);
  expect(result).toMatchObject({ lowerings: 3, subsequences: 0, isComplete: true, isSampled: false });
});

test('it finds what fails only with reads at each step and fewer Ps', async () => {
  const { result } = await searched(
    { shape: { procs: 2, readsEachStep: true }, commands: [{ op: 'readMemStats' }] },
    { fails: ({ shape }) => shape.readsEachStep === true && shape.procs === 1 },
  );
  expect(result.smaller?.trace.shape).toEqual({ procs: 1, readsEachStep: true });
});

test('objects are tried without pointers', async () => {
  const { tried } = await searched({ shape: { procs: 1 }, commands: [{ ...ALLOC, class: 1, pointers: true }] });
  expect(tried).toEqual([{ shape: { procs: 1 }, commands: [{ ...ALLOC, class: 1 }] }]);
});

test('a trace of three commands has six subsequences, the longest first', async () => {
  const commands: readonly Command[] = [ALLOC, { op: 'gcStart', p: 0 }, { op: 'readMemStats' }];
  const { tried, result } = await searched({ shape: { procs: 1 }, commands });
  expect(tried.slice(0, 6).map((trace) => trace.commands.length)).toEqual([2, 2, 2, 1, 1, 1]);
  expect(result).toMatchObject({ subsequences: 6, lowerings: 1, isComplete: true });
});

test('of more than ten commands at most two are left out, and the search is not complete', async () => {
  const commands = Array.from({ length: 11 }, (): Command => ({ op: 'readMemStats' }));
  const { result } = await searched({ shape: { procs: 1 }, commands });
  expect(result).toMatchObject({ subsequences: 11 + 55, isComplete: false, isCutShort: false });
});

test('a wide argument is sampled: the least values, the one below, the edges and the halves', async () => {
  const { tried, result } = await searched({ shape: { procs: 1 }, commands: [{ ...ALLOC, class: 1, count: 1000 }] });
  const counts = tried.map(({ commands: [command] }) => (command.op === 'smallAlloc' ? command.count : 0));
  expect(counts).toEqual(expect.arrayContaining([1, 2, 500, 999]));
  expect(counts.length).toBeLessThan(32);
  expect(result.isSampled).toBe(true);
});

test('nothing is tried that the system cannot perform', async () => {
  const commands: readonly Command[] = [ALLOC, { op: 'setProcs', procs: 4 }, { op: 'readMemStats' }];
  const { tried } = await searched({ shape: { procs: 1 }, commands }, { system: { ops: COMMON_OPS, maxProcs: 2 } });
  for (const trace of tried)
    for (const command of trace.commands) if (command.op === 'setProcs') expect(command.procs).toBeLessThanOrEqual(2);
});

test('it stops when time is up, and says so', async () => {
  let asked = 0;
  const commands: readonly Command[] = [ALLOC, { op: 'gcStart', p: 0 }, { op: 'readMemStats' }];
  const { tried, result } = await searched({ shape: { procs: 1 }, commands }, { isOver: () => ++asked > 2 });
  expect(tried).toHaveLength(2);
  expect(result).toMatchObject({ isCutShort: true, isComplete: false, smaller: undefined });
});

test('a wide size class is also lowered to the boundary classes', async () => {
  const { tried } = await searched({ shape: { procs: 1 }, commands: [{ op: 'cacheSpan', p: 0, class: 60 }] });
  const classes = tried.flatMap(({ commands: [command] }) => (command?.op === 'cacheSpan' ? [command.class] : []));
  expect(classes.toSorted((a, b) => a - b)).toEqual([1, 2, 4, 5, 8, 15, 30, 31, 59]);
});
