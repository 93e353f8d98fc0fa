/** Holds every pass to the contract in order.ts, on random traces, whichever of its candidates are taken. */
import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPS, type Op } from '../../properties/trace/command';
import { parseCommand } from '../../properties/trace/commandSchema';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { compare } from '../order';
import { PASSES, type NamedPass } from './passes';
import { traces } from '../traces';

const OPS_OF_THE_MODEL = new Set(Object.keys(OPS) as Op[]);
const TRACES = traces({ ops: OPS_OF_THE_MODEL, maxProcs: 128, maxCommands: 30, canReadEachStep: true });

/** Yields the candidates of a pass, taking those that apply and whose number is in `taken`, and the trace before each. */
function* candidatesOf(
  { pass }: NamedPass,
  trace: Trace,
  taken: readonly boolean[],
): Generator<{ candidate: Trace; from: Trace }> {
  const candidates = pass(trace, OPS_OF_THE_MODEL);
  let current = trace;
  let tried = 0;
  for (let next = candidates.next(); next.done !== true;) {
    const candidate = next.value;
    yield { candidate, from: current };
    const isTaken = taken[tried++ % taken.length] && isApplicable(candidate);
    // The loop cuts a candidate that fails before its last command.
    if (isTaken)
      current = {
        shape: candidate.shape,
        commands: candidate.commands.slice(0, Math.max(1, candidate.commands.length - (tried % 3))),
      };
    next = candidates.next(isTaken ? current : undefined);
  }
}

test('a pass is named as its file and its function are', () => {
  const files = readdirSync(__dirname).filter((file) => !file.endsWith('.test.ts') && file !== 'passes.ts');
  expect(PASSES.map(({ name }) => `${name}.ts`).toSorted()).toEqual(files.toSorted());
  for (const { name, pass } of PASSES) expect(pass.name).toBe(name);
});

const ANSWERS = fc.array(fc.boolean(), { minLength: 1, maxLength: 16 });

test.each(PASSES)('$name: each candidate is strictly smaller than the trace that the pass has', (pass) => {
  fc.assert(
    fc.property(TRACES, ANSWERS, (trace, taken) => {
      for (const { candidate, from } of candidatesOf(pass, trace, taken))
        expect(compare(candidate, from)).toBeLessThan(0);
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test.each(PASSES)('$name: the same trace and answers make the same candidates', (pass) => {
  fc.assert(
    fc.property(TRACES, ANSWERS, (trace, taken) => {
      const all = () => JSON.stringify([...candidatesOf(pass, trace, taken)].map(({ candidate }) => candidate));
      expect(all()).toBe(all());
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test.each(PASSES)('$name: the size of the trace bounds the number of candidates', (pass) => {
  fc.assert(
    fc.property(TRACES, ANSWERS, (trace, taken) => {
      expect([...candidatesOf(pass, trace, taken)].length).toBeLessThan(30_000);
    }),
    { numRuns: 24, endOnFailure: true },
  );
});

test.each(PASSES)('$name: no candidate gives a name twice', ({ pass }) => {
  fc.assert(
    fc.property(TRACES, (trace) => {
      for (const candidate of pass(trace, OPS_OF_THE_MODEL)) {
        const births = candidate.commands.flatMap((command) => ('name' in command ? [command.name] : []));
        if (isApplicable(candidate)) expect(new Set(births).size).toBe(births.length);
      }
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test.each(PASSES)('$name: a trace file can hold every applicable candidate', (pass) => {
  const fail = (key: string, problem: string): never => {
    throw new Error(`${key}: ${problem}`);
  };
  fc.assert(
    fc.property(TRACES, ANSWERS, (trace, taken) => {
      for (const { candidate } of candidatesOf(pass, trace, taken))
        if (isApplicable(candidate)) for (const command of candidate.commands) parseCommand(command, fail);
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

test.each(PASSES)('$name: no candidate has an op that the system does not perform', ({ pass }) => {
  fc.assert(
    fc.property(TRACES, (trace) => {
      const ops = new Set(trace.commands.map(({ op }) => op));
      for (const candidate of pass(trace, ops)) expect(candidate.commands.filter(({ op }) => !ops.has(op))).toEqual([]);
    }),
    { numRuns: 12, endOnFailure: true },
  );
});

test('no two different traces are equal in the order, and it has no cycle', () => {
  fc.assert(
    fc.property(TRACES, TRACES, TRACES, (a, b, c) => {
      expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) || 0);
      if (compare(a, b) === 0) expect(a).toEqual(b);
      if (compare(a, b) < 0 && compare(b, c) < 0) expect(compare(a, c)).toBeLessThan(0);
    }),
    { numRuns: 500 },
  );
});

test('of two traces that differ in names only, the one with names in order is smaller', () => {
  const named = (name: number): Trace => ({
    shape: { procs: 1 },
    commands: [
      { op: 'allocStack', pages: 1, name },
      { op: 'freeStack', stack: name },
    ],
  });
  expect(compare(named(1), named(2))).toBeLessThan(0);
  expect(compare(named(2), named(1))).toBeGreaterThan(0);
});
