/** The arbitrary draws and shrinks within the commands and Ps that it was given. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPS, type Op } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { highestProcs } from './alphabet';
import { isApplicable } from './applicable';
import { traces } from './traces';

const SETS: readonly (readonly Op[])[] = [
  ['smallAlloc', 'free', 'gcStart'],
  ['tinyAlloc', 'free', 'setProcs'],
  ['largeAlloc', 'free', 'gcStart', 'readMemStats'],
  ['allocStack', 'freeStack'],
  ['smallAlloc', 'freegc', 'cacheSpan', 'uncacheSpan'],
  ['smallAlloc', 'freegc', 'free', 'gcStart', 'sweepSpan'],
  Object.keys(OPS) as Op[],
];

test.each(SETS.map((ops) => [ops.join(', '), ops] as const))('only %s are drawn', (_, ops) => {
  const options = { ops, maxProcs: 3, maxCommands: 60, hasSpanClasses: true };
  for (const trace of fc.sample(traces(options), { seed: 7, numRuns: 200 })) expectWithin(trace, ops);
});

test.each(SETS.map((ops) => [ops.join(', '), ops] as const))('a trace of %s shrinks to no other command', (_, ops) => {
  const arbitrary = traces({ ops, maxProcs: 3, maxCommands: 12 });
  for (const trace of fc.sample(arbitrary, { seed: 7, numRuns: 3 })) {
    for (const candidate of arbitrary.shrink(trace).take(400)) expectWithin(candidate.value, ops);
  }
});

test('fast-check shrinks a failing trace within its commands', () => {
  const ops: readonly Op[] = ['smallAlloc', 'free', 'readMemStats'];
  const property = fc.property(traces({ ops, maxProcs: 2, maxCommands: 40 }), ({ commands }) => commands.length < 3);
  const { counterexample } = fc.check(property, { seed: 1 });
  const [trace] = counterexample ?? [];
  expect(trace?.commands).toHaveLength(3);
  if (trace !== undefined) expectWithin(trace, ops);
});

test.each([
  [['free'], 'ops: free: nothing is ever allocated; add one of smallAlloc, tinyAlloc, largeAlloc, allocStack'],
  [[], 'ops: none: nothing is ever allocated'],
  [['tinyAlloc', 'cacheSpan'], 'ops: cacheSpan needs smallAlloc'],
  [['smalAlloc' as Op], 'ops: smalAlloc is not a command; did you mean smallAlloc?'],
] satisfies [Op[], string][])('commands that make no trace are refused: %j', (ops, message) => {
  expect(() => traces({ ops, maxProcs: 1, maxCommands: 10 })).toThrow(message);
  expect(() => traces({ ops, maxProcs: 1, maxCommands: 10 })).toThrow(TypeError);
});

test.each([
  [{ maxProcs: 0, maxCommands: 10 }, 'maxProcs: 0 is not a whole number from 1 to 128'],
  [{ maxProcs: 1, maxCommands: Number.NaN }, 'maxCommands: NaN is not a whole number from 1 to 100000'],
])('bounds that make no trace are refused: %j', (bounds, message) => {
  expect(() => traces({ ops: ['smallAlloc'], ...bounds })).toThrow(message);
});

function expectWithin(trace: Trace, ops: readonly Op[]): void {
  expect(trace.commands.map(({ op }) => op).filter((op) => !ops.includes(op))).toEqual([]);
  expect(highestProcs(trace)).toBeLessThanOrEqual(3);
  expect(isApplicable(trace)).toBe(true);
}
