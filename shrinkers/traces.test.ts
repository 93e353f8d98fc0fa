import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { traces } from './traces';

test('a trace shrinks only into commands that the system performs', () => {
  const ops = new Set<Op>(['smallAlloc', 'free', 'gcStart']);
  const proposed = new Set<Op>();
  const holds = ({ commands }: Trace): boolean => {
    for (const { op } of commands) proposed.add(op);
    return commands.length < 3;
  };
  const { failed } = fc.check(fc.property(traces({ ops, maxProcs: 4, maxCommands: 30 }), holds), { seed: 1 });
  expect(failed).toBe(true);
  expect([...proposed].filter((op) => !ops.has(op))).toEqual([]);
});
