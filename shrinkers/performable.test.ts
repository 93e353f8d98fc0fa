/** Tests which traces a system can perform. */
import { expect, test } from 'vitest';
import { COMMON_OPS, type Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { isPerformable } from './performable';
import { traces } from './traces';

const TRACE: Trace = {
  shape: { procs: 1 },
  commands: [
    { op: 'setProcs', procs: 3 },
    { op: 'gcStart', p: 0 },
  ],
};

test('every op must be one of the system’s, and the Ps at every step no more than it can have', () => {
  expect(isPerformable({ ops: COMMON_OPS, maxProcs: 3 }, TRACE)).toBe(true);
  expect(isPerformable({ ops: COMMON_OPS, maxProcs: 2 }, TRACE)).toBe(false);
  expect(isPerformable({ ops: new Set<Op>(['gcStart']), maxProcs: 3 }, TRACE)).toBe(false);
});

test('fast-check shrinks only to traces that the system can perform', () => {
  const system = { ops: new Set<Op>(['smallAlloc', 'free', 'readMemStats']), maxProcs: 1 };
  const trace: Trace = {
    shape: { procs: 1 },
    commands: [
      { op: 'smallAlloc', p: 0, class: 9, count: 3, name: 1 },
      { op: 'smallAlloc', p: 0, class: 9, count: 1, name: 2 },
      { op: 'free', object: 1 },
      { op: 'readMemStats' },
    ],
  };
  let shrunk = 0;
  for (const { value } of traces({ ...system, maxCommands: 10 }).shrink(trace)) {
    shrunk++;
    expect(isPerformable(system, value)).toBe(true);
  }
  expect(shrunk).toBeGreaterThan(5);
});
