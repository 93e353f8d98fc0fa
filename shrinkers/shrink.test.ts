/** The loop over the passes: what it ends in, and what it never does. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Failure } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { compare } from './order';
import { shrinkOthers } from './otherBugs';
import { isSameBug } from './sameBug';
import { shrink } from './shrink';
import { traces } from './traces';
import { failingTrace, planted, someFailingTrace } from '../testing/planted';
import { syncTrial, asyncTrial } from './trial';

/** Faults whose only manifestation every seed meets: one final. */
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

/** Faults of which traces of one length differ in a way that takes more than one change at a time to mend. */
const MERGED = [
  'free-pages-after-merge',
  'cachestats-skips-last-p',
  'cache-span-overwrites',
  'list-insert-stale-prev',
  'read-heap-objects-sign',
  'free-span-preserve-relinks',
];

test.each(MERGED)('%s: every seed whose failure has one signature at the end ends in one trace', async (name) => {
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
  for (const [, traces] of finals) expect([...traces]).toHaveLength(1);
});

test('what it ends in fails as the same bug, is no larger, and is what onSmaller was told last', async () => {
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

test('no trace is run that does not apply, and none twice but to see that it repeats', async () => {
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

test('when it is over, the best so far is the answer', async () => {
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

test('the event loop gets a turn while a synchronous system is shrunk', async () => {
  const fault = planted('freemcache-drops-counters');
  const { trace, failure } = someFailingTrace(fault, 1);
  let isOver = false;
  setImmediate(() => (isOver = true));
  const shrunk = await shrink(trace, failure, fault.trial, { isOver: () => isOver });
  expect(shrunk.isComplete).toBe(false);
});

test('only commands that the system can perform are tried', async () => {
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

test('two faults at once: no slip from one to the other', async () => {
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
      // Where one fault alone is the cause, it must be the cause still.
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
])('of %s and %s both are reported, each with a shrunk trace of its own', async (...names) => {
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

test('one fault that shows once is not reported twice', async () => {
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

test('fast-check shrinks an example as far as a fresh trace', () => {
  const fault = planted('uncache-span-adds');
  const { trace } = someFailingTrace(fault, 6);
  const arbitrary = traces({ ops: fault.system.ops, maxProcs: 128, maxCommands: 100 });
  const { counterexample } = fc.check(
    fc.property(arbitrary, (candidate) => fault.tryTrace(candidate) === undefined),
    { examples: [[trace]], numRuns: 1 },
  );
  expect(counterexample?.[0].commands.length).toBeLessThanOrEqual(2);
});
