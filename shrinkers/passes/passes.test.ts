/** Every pass is held to the contract in order.ts, on random traces, whichever of its candidates are taken. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { class_to_nelems } from '../../model/sizeclasses';
import { OPS, type Op } from '../../properties/trace/command';
import { parseCommand } from '../../properties/trace/commandSchema';
import type { Trace } from '../../properties/trace/trace';
import { isApplicable } from '../applicable';
import { changeClass } from './changeClass';
import { compare } from '../order';
import { PASSES, type NamedPass } from './passes';
import { traces } from '../traces';

const OPS_OF_THE_MODEL = new Set(Object.keys(OPS) as Op[]);
const TRACES = traces({ ops: OPS_OF_THE_MODEL, maxProcs: 128, maxCommands: 30, canReadEachStep: true });

/** What a pass proposes if the candidates whose number is in `taken` are taken, those that apply. */
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
    // As the loop does with a failure that comes early: the trace is cut.
    if (isTaken)
      current = {
        shape: candidate.shape,
        commands: candidate.commands.slice(0, Math.max(1, candidate.commands.length - (tried % 3))),
      };
    next = candidates.next(isTaken ? current : undefined);
  }
}

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

test.each(PASSES)('$name: it ends, after a number of candidates that the trace bounds', (pass) => {
  fc.assert(
    fc.property(TRACES, ANSWERS, (trace, taken) => {
      expect([...candidatesOf(pass, trace, taken)].length).toBeLessThan(30_000);
    }),
    { numRuns: 24, endOnFailure: true },
  );
});

test.each(PASSES)('$name: no name is given another meaning', ({ pass }) => {
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

test.each(PASSES)('$name: what applies can be written to a file', (pass) => {
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

test('another size class never asks for more spans', () => {
  const spansOf = ({ commands }: Trace): number =>
    commands.reduce(
      (sum, command) => sum + ('count' in command ? Math.ceil(command.count / class_to_nelems[command.class]) : 0),
      0,
    );
  for (const count of [3, 1024, 1025, 67_000]) {
    const trace: Trace = { shape: { procs: 1 }, commands: [{ op: 'smallAlloc', p: 0, class: 1, count, name: 1 }] };
    for (const candidate of changeClass(trace)) expect(spansOf(candidate)).toBeLessThanOrEqual(spansOf(trace));
  }
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
