/** When two failures are one bug, and when they are not. */
import { expect, test } from 'vitest';
import { CACHED, UNCACHED } from '../model/events';
import type { Command } from '../properties/trace/command';
import type { Failure, FailingTrace } from '../properties/failure';
import { isSameBug } from './sameBug';

const BORN: Command = { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 };

function failing(commands: readonly Command[], check: string, difference: number, flows = 0): FailingTrace {
  const { op } = commands[commands.length - 1];
  const drifts = [{ counter: 'Alloc', expected: 0, actual: difference }];
  const sign = difference > 0 ? '+' : '-';
  const failure: Failure = {
    step: commands.length - 1,
    op,
    check,
    drifts,
    also: [],
    findings: [{ check, drifts }],
    flows,
    message: '',
    signature: `${check} Alloc ${sign} ${op}`,
  };
  return { trace: { shape: { procs: 1 }, commands }, failure };
}

test('the same signature is the same bug, whatever the amount', () => {
  expect(isSameBug(failing([BORN], 'rescan', 8), failing([BORN], 'rescan', 16))).toBe(true);
  expect(isSameBug(failing([BORN], 'rescan', 8), failing([BORN], 'rescan', -8))).toBe(false);
  expect(isSameBug(failing([BORN], 'rescan', 8), failing([BORN], 'ledger', 8))).toBe(false);
});

test('another op that notices the same amount is the same bug after the same commands or in the same flow', () => {
  const uncached = failing([BORN, { op: 'uncacheSpan', p: 0, class: 1 }], 'rescan', 8);
  expect(isSameBug(uncached, failing([BORN, { op: 'readMemStats' }], 'rescan', 8))).toBe(true);
  expect(isSameBug(uncached, failing([BORN, { op: 'readMemStats' }], 'rescan', 16))).toBe(false);
  expect(isSameBug(uncached, failing([{ ...BORN, class: 2 }, { op: 'readMemStats' }], 'rescan', 8))).toBe(false);
  const flow = 1 << UNCACHED;
  const inFlow = failing([BORN, { op: 'uncacheSpan', p: 0, class: 1 }], 'rescan', 8, flow);
  expect(isSameBug(inFlow, failing([{ ...BORN, class: 2 }, { op: 'readMemStats' }], 'rescan', 8, flow))).toBe(true);
});

test('what fails in the beginning of a step failed in the whole of it', () => {
  expect(isSameBug(failing([{ ...BORN, count: 5 }], 'throw', 8), failing([{ ...BORN, count: 2 }], 'lists', 1))).toBe(
    true,
  );
  expect(isSameBug(failing([{ ...BORN, count: 2 }], 'throw', 8), failing([{ ...BORN, count: 5 }], 'lists', 1))).toBe(
    false,
  );
});

test('a refill is the beginning of one allocation that needed a span, not of several', () => {
  const refill = failing([{ op: 'cacheSpan', p: 0, class: 1 }], 'lists', 1);
  expect(isSameBug(failing([BORN], 'rescan', 8, 1 << CACHED), refill)).toBe(true);
  expect(isSameBug(failing([BORN], 'rescan', 8), refill)).toBe(false);
  expect(isSameBug(failing([{ ...BORN, count: 2 }], 'rescan', 8, 1 << CACHED), refill)).toBe(false);
});

test('what a read publishes wrong on top of a counter that drifted is no other bug', () => {
  const flushed = failing([BORN, { op: 'gcStart', p: 0 }], 'flushed', 8);
  const read = failing([BORN, { op: 'readMemStats' }], 'flushed', 8);
  const drifts = [...read.failure.drifts, { counter: 'read: Alloc', expected: 8, actual: 16 }];
  const withRead: FailingTrace = {
    ...read,
    failure: { ...read.failure, drifts, findings: [{ check: 'flushed', drifts }] },
  };
  expect(isSameBug(flushed, withRead)).toBe(true);
  const more = [...drifts, { counter: 'Frees', expected: 0, actual: 1 }];
  expect(
    isSameBug(flushed, { ...read, failure: { ...withRead.failure, findings: [{ check: 'flushed', drifts: more }] } }),
  ).toBe(false);
});
