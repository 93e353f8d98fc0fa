import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut, type Failure } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { compare } from './order';
import { shrinkOthers } from './otherBugs';
import { PASSES } from './passes/passes';
import { isSameBug } from './sameBug';
import { shrink } from './shrink';
import { traces } from './traces';
import { failingTrace, planted, someFailingTrace } from '../testing/planted';
import { syncTrial, asyncTrial } from './trial';

/** Faults that show in one way only, which every seed meets. */
const ONE_FINAL = [
  'uncache-span-adds',
  'uncache-span-no-refund',
  'uncache-span-refunds-one',
  'uncache-span-heap-live-sign',
  'uncache-span-refunds-neighbour',
  'cache-span-bets-all-slots',
  'cache-span-bets-twice',
  'cache-span-no-bet',
  'cache-span-no-heap-live',
  'cache-span-subtracts',
  'large-alloc-32-bits',
  'large-alloc-counts-requested',
  'large-alloc-no-bytes',
  'large-alloc-no-count',
  'large-alloc-counts-pages',
  'sweep-not-counted',
  'sweep-counted-twice',
  'sweep-large-not-counted',
  'sweep-large-no-bytes',
  'sweep-large-counted-twice',
  'tiny-hit-not-counted',
  'tiny-hit-counted-twice',
  'tiny-hit-is-a-malloc',
  'tiny-miss-counted',
  'purge-tinyallocs-overwrites',
  'alloc-pages-not-counted',
  'alloc-counts-spans',
  'free-counts-spans',
  'alloc-idle-twice',
  'free-manual-no-stacks',
];

test.each(ONE_FINAL)('%s: every seed ends in one trace', async (name) => {
  const fault = planted(name);
  const finals = new Set<string>();
  for (let seed = 1; seed <= 8; seed++) {
    const { trace, failure } = someFailingTrace(fault, seed);
    const shrunk = await shrink(trace, failure, fault.trial);
    expect(shrunk.isComplete).toBe(true);
    finals.add(JSON.stringify(shrunk.trace));
  }
  expect([...finals]).toHaveLength(1);
});

/** Faults whose shortest traces differ in more than one place, so that only several changes at once make them equal. */
const MERGED = [
  'free-pages-after-merge',
  'cachestats-skips-last-p',
  'cache-span-overwrites',
  'list-insert-stale-prev',
  'read-heap-objects-sign',
  'free-span-preserve-relinks',
];

test.each(MERGED)('%s: seeds whose final failures share a signature end in one trace', async (name) => {
  const fault = planted(name);
  const finals = new Map<string, Set<string>>();
  for (let seed = 1; seed <= 6; seed++) {
    const start = someFailingTrace(fault, seed);
    const shrunk = await shrink(start.trace, start.failure, fault.trial);
    finals.set(
      shrunk.failure.signature,
      (finals.get(shrunk.failure.signature) ?? new Set()).add(JSON.stringify(shrunk.trace)),
    );
  }
  for (const ends of finals.values()) expect([...ends]).toHaveLength(1);
});

test('the result fails as the same bug, is no larger, and is the last trace that onSmaller got', async () => {
  for (const name of [
    'sweep-not-counted',
    'purge-skips-last-class',
    'freemcache-drops-counters',
    'list-remove-no-back-link',
  ]) {
    const fault = planted(name);
    const start = someFailingTrace(fault, 3);
    let last: Trace | undefined;
    const shrunk = await shrink(start.trace, start.failure, fault.trial, { onSmaller: (trace) => void (last = trace) });
    expect(compare(shrunk.trace, start.trace)).toBeLessThanOrEqual(0);
    expect(shrunk.trace).toEqual(last);
    const again = (await fault.tryTrace(shrunk.trace)) as Failure;
    expect(isSameBug(shrunk, { trace: shrunk.trace, failure: again })).toBe(true);
    expect(shrunk.failure.step).toBe(shrunk.trace.commands.length - 1);
  }
});

test('only applicable traces run, each once, except to see whether a failure repeats', async () => {
  const fault = planted('sweep-not-counted');
  const { trace, failure } = someFailingTrace(fault, 5);
  const runs = new Map<string, number>();
  const shrunk = await shrink(
    trace,
    failure,
    syncTrial((candidate) => {
      expect(isApplicable(candidate)).toBe(true);
      runs.set(JSON.stringify(candidate), (runs.get(JSON.stringify(candidate)) ?? 0) + 1);
      return fault.tryTrace(candidate);
    }),
  );
  expect([...runs.values()].reduce((sum, count) => sum + count, 0)).toBe(shrunk.tries);
  expect([...runs.values()].filter((count) => count > 1).length).toBeLessThanOrEqual(2);
});

test('a system that answers later ends in the same trace', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 2);
  const sync = await shrink(trace, failure, fault.trial);
  const later = await shrink(
    trace,
    failure,
    asyncTrial(async (candidate) => Promise.resolve(fault.tryTrace(candidate))),
  );
  expect(later.trace).toEqual(sync.trace);
  expect(later.tries).toBe(sync.tries);
});

test('when isOver says so, the best trace so far is the result', async () => {
  const fault = planted('freemcache-drops-counters');
  const { trace, failure } = someFailingTrace(fault, 1);
  let tries = 0;
  const shrunk = await shrink(
    trace,
    failure,
    syncTrial((candidate) => (tries++, fault.tryTrace(candidate))),
    { isOver: () => tries >= 40 },
  );
  expect(shrunk.isComplete).toBe(false);
  expect(tries).toBeLessThanOrEqual(40);
  expect(shrunk.trace.commands.length).toBeLessThan(trace.commands.length);
  expect(await fault.tryTrace(shrunk.trace)).toBeDefined();
});

test('the event loop gets turns during the shrink of a synchronous system', async () => {
  const fault = planted('freemcache-drops-counters');
  const { trace, failure } = someFailingTrace(fault, 1);
  let isOver = false;
  setImmediate(() => (isOver = true));
  const shrunk = await shrink(trace, failure, fault.trial, { isOver: () => isOver });
  expect(shrunk.isComplete).toBe(false);
});

test('candidates have only ops that the system performs', async () => {
  const fault = planted('uncache-span-adds');
  const ops = new Set(['smallAlloc', 'free', 'gcStart'] as const);
  const trace: Trace = {
    shape: { procs: 1 },
    commands: [
      { op: 'smallAlloc', p: 0, class: 9, count: 1, name: 1 },
      { op: 'gcStart', p: 0 },
    ],
  };
  const failure = (await fault.tryTrace(trace)) as Failure;
  const shrunk = await shrink(trace, failure, fault.trial, { ops });
  expect(shrunk.trace.commands.map(({ op }) => op)).toEqual(['smallAlloc', 'gcStart']);
});

test('with two faults at once, shrinking does not slip from one to the other', async () => {
  const pairs = [
    ['uncache-span-no-refund', 'cache-span-bets-twice'],
    ['sweep-not-counted', 'sweep-large-not-counted'],
    ['purge-tinyallocs-overwrites', 'free-counts-spans'],
    ['uncache-span-no-heap-live', 'uncache-span-refunds-one'],
    ['large-alloc-no-count', 'sweep-counted-twice'],
    ['freemcache-drops-counters', 'free-manual-no-stacks'],
    ['tiny-miss-counted', 'large-alloc-counts-requested'],
    ['gc-heap-live-adds', 'sweep-large-no-bytes'],
  ];
  for (const [left, right] of pairs) {
    const both = planted(left, right);
    const alone = [planted(left), planted(right)];
    for (let seed = 1; seed <= 6; seed++) {
      const found = failingTrace(both, seed);
      if (found === undefined) continue;
      const { trace, failure } = found;
      const causes = alone.filter((fault) => failsAs(fault.tryTrace(trace), trace, failure));
      const shrunk = await shrink(trace, failure, both.trial);
      const finals = alone.filter((fault) => failsAs(fault.tryTrace(shrunk.trace), shrunk.trace, shrunk.failure));
      // If one fault alone caused the failure, it must still be the cause.
      if (causes.length === 1)
        expect(
          finals.map(({ name }) => name),
          `${both.name}, seed ${seed}`,
        ).toContain(causes[0].name);
    }
  }
});

function failsAs(found: Failure | undefined, trace: Trace, failure: Failure): boolean {
  return found !== undefined && found.step === failure.step && isSameBug({ trace, failure }, { trace, failure: found });
}

test.each([
  ['tiny-hit-not-counted', 'uncache-span-no-heap-live'],
  ['sweep-not-counted', 'large-alloc-no-count'],
  ['sweep-large-not-counted', 'tiny-hit-counted-twice'],
  ['cache-span-no-bet', 'gc-not-counted'],
])('%s and %s are both reported, each with a shrunk trace of its own', async (...names) => {
  const both = planted(...names);
  const { trace, failure } = someFailingTrace(both, 1);
  const first = await shrink(trace, failure, both.trial);
  const others = await shrinkOthers(first, both.trial, {}, (isKnown) =>
    failingTrace(both, 1, { numRuns: 100, isKnown }),
  );
  for (const name of names) {
    const { tryTrace } = planted(name);
    const shown = [first, ...others].filter((found) => tryTrace(found.trace) !== undefined);
    expect(shown.map(({ trace: shorter }) => shorter.commands.length)).not.toEqual([]);
  }
  for (const other of others) {
    expect(other.isComplete).toBe(true);
    expect(((await both.tryTrace(other.trace)) as Failure).signature).toBe(other.failure.signature);
  }
  expect(new Set([first, ...others].map((found) => JSON.stringify(found.trace))).size).toBe(1 + others.length);
});

test('one fault is not reported twice', async () => {
  const fault = planted('uncache-span-no-refund');
  const { trace, failure } = someFailingTrace(fault, 1);
  const first = await shrink(trace, failure, fault.trial);
  expect(
    await shrinkOthers(first, fault.trial, {}, (isKnown) => failingTrace(fault, 1, { numRuns: 100, isKnown })),
  ).toEqual([]);
});

test('a failure that does not repeat keeps its trace and has a rate', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 4);
  let runs = 0;
  const shrunk = await shrink(
    trace,
    failure,
    syncTrial((candidate) => (runs++ % 2 === 0 ? fault.tryTrace(candidate) : undefined)),
  );
  expect(shrunk.rate).toEqual({ failed: 10, runs: 20 });
  expect(shrunk.isComplete).toBe(false);
  expect(shrunk.trace.commands).toEqual(trace.commands.slice(0, failure.step + 1));
});

test('fast-check shrinks an example as far as a trace that it drew', () => {
  const fault = planted('uncache-span-adds');
  const { trace } = someFailingTrace(fault, 6);
  const arbitrary = traces({ ops: fault.system.ops, maxProcs: 128, maxCommands: 100 });
  const { counterexample } = fc.check(
    fc.property(arbitrary, (candidate) => fault.tryTrace(candidate) === undefined),
    { examples: [[trace]], numRuns: 1 },
  );
  expect(counterexample?.[0].commands.length).toBeLessThanOrEqual(2);
});

test('an abort ends a shrink whose system hangs, with the best trace so far', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 2);
  const controller = new AbortController();
  let tries = 0;
  const hanging = asyncTrial((candidate) => {
    if (++tries < 60) return Promise.resolve(fault.tryTrace(candidate));
    setImmediate(() => controller.abort());
    return new Promise(() => undefined);
  });
  const shrunk = await shrink(trace, failure, hanging, { signal: controller.signal });
  expect(tries).toBe(60);
  expect(shrunk.isComplete).toBe(false);
  expect(shrunk.trace.commands.length).toBeLessThan(trace.commands.length);
  expect(fault.tryTrace(shrunk.trace)).toBeDefined();
});

test('an abort before the first try leaves the trace as it is', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 2);
  const never = syncTrial(() => expect.unreachable());
  const shrunk = await shrink(trace, failure, never, { signal: AbortSignal.abort() });
  expect(shrunk).toMatchObject({ isComplete: false, tries: 0, trace: cut(trace, failure) });
});

test('the statistics of the passes account for every try and every command', async () => {
  const fault = planted('freemcache-drops-counters');
  const { trace, failure } = someFailingTrace(fault, 1);
  let taken = 0;
  const shrunk = await shrink(trace, failure, fault.trial, { onSmaller: () => void taken++ });
  const sum = (key: 'tries' | 'taken' | 'deletedCommands'): number =>
    shrunk.passes.reduce((total, pass) => total + pass[key], 0);
  expect(shrunk.passes.map(({ name }) => name)).toEqual(PASSES.map(({ name }) => name));
  // Three runs before the first pass and three after the last show that the failure repeats.
  expect(sum('tries')).toBe(shrunk.tries - 6);
  expect(sum('taken')).toBe(taken);
  expect(sum('deletedCommands')).toBe(failure.step + 1 - shrunk.trace.commands.length);
  for (const { calls, candidates, tries } of shrunk.passes) {
    expect(calls).toBe(shrunk.passes[0].calls);
    expect(candidates).toBeGreaterThanOrEqual(tries);
  }
});
