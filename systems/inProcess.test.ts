import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks/checks';
import { runSuite } from '../properties/suite';
import type { Death } from '../properties/system';
import type { Command } from '../properties/trace/command';
import { inProcessSystem, type InProcessAllocator } from './inProcess';

/** Parts of an allocator, also of a wrong type, as JavaScript has no compiler that refuses them. */
type Parts = { readonly [part in keyof InProcessAllocator]?: unknown };

const TRACE = { shape: { procs: 1 }, commands: Array.from({ length: 5 }, (): Command => ({ op: 'readMemStats' })) };
const HONEST = { Mallocs: 0, Frees: 0 };
const later = (): Promise<unknown> => Promise.reject(new Error('too late'));

function allocatorWith(parts: Parts): InProcessAllocator {
  const nothing = (): void => undefined;
  const honest = { name: 'slab', ops: ['readMemStats'], reset: nothing, apply: nothing };
  return { ...honest, stats: () => HONEST, rescan: () => HONEST, ...parts } as InProcessAllocator;
}

function run(parts: Parts): Death | undefined {
  return inProcessSystem(allocatorWith(parts)).run(TRACE, () => true);
}

/** A method that is honest until the given step. */
function from(step: number, method: () => unknown): () => unknown {
  let calls = 0;
  return () => (calls++ < step ? HONEST : method());
}

test('an honest allocator holds', () => {
  expect(run({})).toBeUndefined();
});

test.each<[string, Parts, string]>([
  ['no name', { name: '' }, 'inProcessSystem: name is ""; it must be a text'],
  ['no ops', { ops: [] }, 'slab: ops is empty; name at least one command, such as smallAlloc'],
  [
    'an unknown op',
    { ops: ['smalAlloc'] },
    'slab: ops: "smalAlloc" is not a command that an allocator can perform; did you mean smallAlloc?',
  ],
  [
    'freegc',
    { ops: ['freegc'] },
    'slab: ops: "freegc" is not a command that an allocator can perform; did you mean free?',
  ],
  ['no Ps', { maxProcs: 0 }, 'slab: maxProcs is 0; it must be a whole number from 1 to 128'],
  ['NaN Ps', { maxProcs: Number.NaN }, 'slab: maxProcs is NaN; it must be a whole number from 1 to 128'],
  ['no rescan', { rescan: undefined }, 'slab: rescan is not a function'],
])('an allocator with %s is refused', (_, parts, message) => {
  expect(() => inProcessSystem(allocatorWith(parts))).toThrow(new TypeError(message));
});

test.each<[string, Parts, string]>([
  [
    'stats is undefined',
    { stats: () => undefined },
    'slab.stats() returned nothing; it must return an object of figures (step 0)',
  ],
  [
    'stats is NaN',
    { stats: () => Number.NaN },
    'slab.stats() returned NaN; it must return an object of figures (step 0)',
  ],
  ['stats is async', { stats: later }, 'slab.stats() returned a promise; it must be done when it returns (step 0)'],
  ['rescan is async', { rescan: later }, 'slab.rescan() returned a promise; it must be done when it returns (step 0)'],
  ['apply is async', { apply: later }, 'slab.apply() returned a promise; it must be done when it returns (step 0)'],
  ['reset is async', { reset: later }, 'slab.reset() returned a promise; it must be done when it returns (step 0)'],
  [
    'stats is empty',
    { stats: () => ({}) },
    'slab.stats() has no field; it must have at least one, such as Mallocs (step 0)',
  ],
  [
    'a field is misspelt',
    { rescan: () => ({ Malocs: 0 }) },
    'slab.rescan().Malocs is not a field of MemStats; did you mean Mallocs? (step 0)',
  ],
])('%s: a TypeError that names the method', (_, parts, message) => {
  expect(() => run(parts)).toThrow(new TypeError(message));
});

test.each<[string, Parts, string]>([
  [
    'a counter is NaN',
    { stats: from(3, () => ({ Mallocs: Number.NaN, Frees: 0 })) },
    'slab.stats().Mallocs is NaN; it must be a finite number',
  ],
  [
    'a counter is undefined',
    { stats: from(3, () => ({ Mallocs: undefined, Frees: 0 })) },
    'slab.stats().Mallocs is nothing; it must be a finite number',
  ],
  [
    'a counter is a text',
    { rescan: from(3, () => ({ Mallocs: '1', Frees: 0 })) },
    'slab.rescan().Mallocs is "1"; it must be a finite number',
  ],
  [
    'a counter is a bigint',
    { rescan: from(3, () => ({ Mallocs: 1n, Frees: 0 })) },
    'slab.rescan().Mallocs is 1; it must be a finite number',
  ],
  [
    'a counter is infinite',
    { rescan: from(3, () => ({ Mallocs: Infinity, Frees: 0 })) },
    'slab.rescan().Mallocs is Infinity; it must be a finite number',
  ],
  [
    'a row is of no class',
    { stats: from(3, () => ({ ...HONEST, BySize: [[67, 0, 0]] })) },
    'slab.stats().BySize[0][0] is 67; a class is 1 to 66',
  ],
  [
    'a row is NaN',
    { stats: from(3, () => ({ ...HONEST, BySize: [[6, 0, Number.NaN]] })) },
    'slab.stats().BySize[0][2] is NaN; it must be a finite number',
  ],
  [
    'a class has two rows',
    {
      stats: from(3, () => ({
        ...HONEST,
        BySize: [
          [6, 0, 0],
          [6, 0, 0],
        ],
      })),
    },
    'slab.stats().BySize[1] is the second row of class 6',
  ],
  [
    'a field is lost',
    { stats: from(3, () => ({ Mallocs: 0 })) },
    'slab: stats.Frees is missing, which the first answer had',
  ],
  [
    'a field is new',
    { rescan: from(3, () => ({ ...HONEST, NumGC: 0 })) },
    'slab: rescan.NumGC is there, which the first answer did not have',
  ],
  [
    'stats is undefined later',
    { stats: from(3, () => undefined) },
    'slab.stats() returned nothing; it must return an object of figures',
  ],
  [
    'a getter throws',
    {
      stats: from(3, () => ({
        get Mallocs() {
          throw new Error('torn');
        },
        Frees: 0,
      })),
    },
    'slab.stats().Mallocs: torn',
  ],
  [
    'apply throws',
    {
      apply: from(3, () => {
        throw new Error('bad free');
      }),
    },
    'bad free',
  ],
  [
    'apply throws a text',
    {
      apply: from(3, () => {
        throw 'bad free';
      }),
    },
    'bad free was thrown, which is no Error',
  ],
  [
    'apply throws a proxy',
    {
      apply: from(3, () => {
        throw new Proxy(
          {},
          {
            get() {
              throw new Error('no');
            },
            getPrototypeOf() {
              throw new Error('no');
            },
          },
        );
      }),
    },
    'a proxy was thrown',
  ],
])('%s: a failure at its step', (_, parts, message) => {
  expect(run(parts)).toEqual({ step: 3, kind: 'throw', message });
});

test('a reset that throws fails the trace', () => {
  const reset = (): void => {
    throw new Error('two owners');
  };
  expect(run({ reset })).toEqual({ step: 0, kind: 'throw', message: 'at the reset before this trace: two owners' });
});

test('an error of the observer is not blamed on the allocator', () => {
  const observe = (): boolean => {
    throw new Error('the check is broken');
  };
  expect(() => inProcessSystem(allocatorWith({})).run(TRACE, observe)).toThrow('the check is broken');
});

test.each<[string, Parts]>([
  ['NaN', { stats: () => ({ Mallocs: Number.NaN }) }],
  ['an empty object', { stats: () => ({}) }],
  ['a promise', { stats: later }],
])('the suite does not pass an allocator whose stats are %s', async (_, parts) => {
  const system = inProcessSystem(allocatorWith(parts));
  const options = { system, checks: CHECKS, seed: 1, traces: 3, maxCommands: 10 };
  const outcome = await runSuite(options).then(
    ({ found }) => found?.failure.message,
    (error: unknown) => error,
  );
  expect(outcome).toBeDefined();
});
