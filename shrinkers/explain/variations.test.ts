/** Variations: what they change, that each applies, and which failures they lead to. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { planted } from '../../testing/planted';
import { isApplicable } from '../applicable';
import { trialOn } from '../trial';
import { Budget } from './budget';
import { variations, variedFailures } from './variations';

const ALLOC: Command = { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 };
const TRACE: Trace = { shape: { procs: 1 }, commands: [ALLOC, { op: 'uncacheSpan', p: 0, class: 5 }] };

test('a class changes in every command that has it; counts grow; births before the corrupting step are doubled', () => {
  const all = [...variations(TRACE, 1)];
  expect(all.every(({ trace }) => isApplicable(trace))).toBe(true);
  expect(all.map(({ trace }) => trace.commands)).toContainEqual([
    { ...ALLOC, class: 6 },
    { op: 'uncacheSpan', p: 0, class: 6 },
  ]);
  expect(all.map(({ trace }) => trace.commands[0])).toContainEqual({ ...ALLOC, count: 2 });
  expect(all.at(-1)).toEqual({
    trace: { ...TRACE, commands: [ALLOC, { ...ALLOC, name: 2 }, TRACE.commands[1]] },
    insertedAt: 1,
  });
});

test('those that fail as the same bug come with the drift of their own', async () => {
  const { system, tryTrace } = planted('uncache-span-no-refund');
  const known = { trace: TRACE, failure: tryTrace(TRACE) as Failure };
  const options = { trial: trialOn(system, CHECKS), system, budget: new Budget() };
  const failures = await variedFailures(known, 1, options);
  expect(failures.length).toBeGreaterThanOrEqual(3);
  const sizes = new Set(failures.map(({ drifts: [first] }) => first && first.actual - first.expected));
  expect(sizes.size).toBeGreaterThan(1);
  for (const { command, before, after } of failures) {
    expect(command?.op).toBe('uncacheSpan');
    expect(before?.counters).not.toEqual(after?.counters);
  }
});

test('no variation is run when time is up', async () => {
  const { system, tryTrace } = planted('uncache-span-no-refund');
  const known = { trace: TRACE, failure: tryTrace(TRACE) as Failure };
  const budget = new Budget(() => true);
  expect(await variedFailures(known, 1, { trial: trialOn(system, CHECKS), system, budget })).toEqual([]);
  expect(budget.isCutShort).toBe(true);
});
