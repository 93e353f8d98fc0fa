/** An allocator in this process may publish few figures, but must keep to them, and each must be a number. */
import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks/checks';
import { SyncJudge } from '../properties/judge';
import type { Verdict } from '../properties/judge';
import type { Figures } from './figures';
import { inProcessSystem } from './inProcess';

/** Judges two allocations on an allocator with these answers; `at` counts its steps from 0. */
function verdictOn(
  stats: (at: number) => unknown,
  rescan: (at: number) => unknown = (at) => ({ Mallocs: at + 1 }),
): Verdict {
  let at = -1;
  const system = inProcessSystem({
    name: 'stranger',
    ops: ['smallAlloc'],
    reset: () => (at = -1),
    apply: () => at++,
    stats: () => stats(at) as Figures,
    rescan: () => rescan(at) as Figures,
  });
  const commands = [1, 2].map((name) => ({ op: 'smallAlloc', p: 0, class: 1, count: 1, name }) as const);
  return new SyncJudge(system, { checks: CHECKS }).run({ shape: { procs: 1 }, commands });
}

test('one figure that is right holds', () => {
  expect(verdictOn((at) => ({ Mallocs: at + 1 })).outcome).toBe('held');
});

test('NaN in a figure that is published fails every check of that figure', () => {
  expect(verdictOn((at) => ({ Mallocs: at === 0 ? 1 : Number.NaN })).failure).toMatchObject({
    step: 1,
    check: 'rescan',
    also: ['ledger', 'monotone'],
    message: 'Mallocs: not a number, expected 2',
    signature: 'rescan Mallocs NaN smallAlloc',
  });
});

test('NaN in the rescan, and in both halves, fails', () => {
  const nan = () => ({ Mallocs: Number.NaN });
  expect(verdictOn((at) => ({ Mallocs: at + 1 }), nan).failure?.message).toBe(
    'Mallocs: 1, but what it should equal is not a number',
  );
  expect(verdictOn(nan, nan).failure?.message).toBe('Mallocs: not a number');
});

test('NaN in a row of BySize fails', () => {
  const rows = (mallocs: number) => ({ BySize: [[1, mallocs, 0]] });
  expect(
    verdictOn(
      () => rows(Number.NaN),
      (at) => rows(at + 1),
    ).failure?.message,
  ).toBe('BySize.Mallocs of class 1: not a number, expected 1');
});

test.each<[string, (at: number) => unknown, string]>([
  ['nothing', () => undefined, 'stats() must return an object of figures at once, and returned undefined'],
  [
    'a promise',
    () => Promise.resolve({ Mallocs: 1 }),
    'stats() must return an object of figures at once, and returned a promise',
  ],
  ['an empty object', () => ({}), 'stats() returned no field; it can have Alloc, '],
  ['a misspelled field', () => ({ Mallocks: 1 }), 'stats(): Mallocks is not a field; they are Alloc, '],
  ['a bigint', () => ({ Mallocs: 1n }), 'stats().Mallocs must be a number, and is a bigint'],
  ['a row of no class', () => ({ BySize: [[67, 1, 0]] }), 'stats().BySize must be rows of [class, mallocs, frees]'],
  [
    'other fields than at first',
    (at) => (at === 0 ? { Mallocs: 1 } : { Mallocs: 2, Frees: 0 }),
    'stats() returned the fields Frees Mallocs, and at first Mallocs',
  ],
  [
    'fewer fields than at first',
    (at) => (at === 0 ? { Mallocs: 1 } : {}),
    'stats() returned the fields none, and at first Mallocs',
  ],
])('stats() that returns %s is a failure of the allocator', (_, stats, message) => {
  const { failure } = verdictOn(stats);
  expect(failure?.check).toBe('throw');
  expect(failure?.message).toContain(message);
});
