/** runtime.freegc on a real runtime that has it: which objects are reused, which are not, and bugs in reuse. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MALLOCS, FREES } from '../../model/memstats';
import { EVENT_STRIDE, REUSED, newEvents, type Events } from '../../model/events';
import { CHECKS, isVisible } from '../../properties/checks/checks';
import { COMMON_OPS, type Command } from '../../properties/trace/command';
import type { Failure } from '../../properties/failure';
import { AsyncJudge } from '../../properties/judge';
import { runSuite } from '../../properties/suite';
import type { System, AsyncSystem } from '../../properties/system';
import { findGo, goSystem, type GoSystem } from './goSystem';
import { experimentEnv, hasFreegc } from './experiments';
import { modelSystem } from '../model';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';

const BUILD_TIMEOUT_MS = 300_000;

const alloc = (count: number, name: number, p = 0, sizeclass = 5): Command => ({
  op: 'smallAlloc',
  p,
  class: sizeclass,
  count,
  name,
});
const freegc = (object: number, p = 0): Command => ({ op: 'freegc', p, object });

interface Step {
  /** Counted from the start of the trace. */
  readonly mallocs: number;
  readonly frees: number;
  readonly reused: number;
}

/** Runs a trace under all checks and returns what each step did. */
async function story(
  go: GoSystem,
  procs: number,
  commands: readonly Command[],
): Promise<{ failure: Failure | undefined; steps: readonly Step[] }> {
  const steps: Step[] = [];
  let [mallocs, frees] = [0, 0];
  const watched: AsyncSystem = Object.assign(Object.create(go) as AsyncSystem, {
    run: (trace: Parameters<System['run']>[0], observe: Parameters<System['run']>[1]) =>
      go.run(trace, (step, command, observation) => {
        const { published, events } = observation;
        if (step < 0) [mallocs, frees] = [published.totals[MALLOCS], published.totals[FREES]];
        else
          steps.push({
            mallocs: published.totals[MALLOCS] - mallocs,
            frees: published.totals[FREES] - frees,
            reused: kinds(events).filter((kind) => kind === REUSED).length,
          });
        return observe(step, command, observation);
      }),
  });
  const { failure } = await new AsyncJudge(watched, { checks: CHECKS }).run({ shape: { procs }, commands });
  return { failure, steps };
}

function kinds({ data, length }: Events = newEvents()): readonly number[] {
  return Array.from({ length: length / EVENT_STRIDE }, (_, i) => data[i * EVENT_STRIDE]);
}

test('only a toolchain with the experiment is built with it, and no other system offers the command', async () => {
  expect([hasFreegc({ goroot: '/nowhere' }), experimentEnv({ goroot: '/nowhere' })]).toEqual([false, {}]);
  expect([COMMON_OPS.has('freegc'), modelSystem().ops.has('freegc')]).toEqual([false, false]);
  if (!hasGo) return;
  const { goroot, minor } = await findGo();
  const isThere = existsSync(join(goroot, 'src', 'internal', 'goexperiment', 'exp_runtimefreegc_on.go'));
  expect({ minor, has: hasFreegc({ goroot }) }).toEqual({ minor, has: isThere });
  if (isThere) expect(experimentEnv({ goroot })['GOEXPERIMENT']).toMatch(/(^|,)runtimefreegc$/);
});

const hasIt = hasGo ? findGo().then(hasFreegc) : Promise.resolve(false);

describe.runIf(hasGo)('freegc', () => {
  let go: GoSystem | undefined;
  beforeAll(async () => {
    if (await hasIt) go = await goSystem({ cacheDir: TEST_CACHE_DIR });
    else console.log('skipped, freegc: this release of Go has no such experiment');
  }, BUILD_TIMEOUT_MS);
  afterAll(() => go?.close());

  /** Runs the body if the release has freegc. */
  const onGo = (body: (system: GoSystem) => Promise<void>) => async (): Promise<void> => {
    if (go !== undefined) await body(go);
  };

  test(
    'an object is reused on its P without a malloc, and is freed when it is dead for good',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async (system) => {
      const commands: readonly Command[] = [
        alloc(3, 1),
        freegc(1),
        alloc(2, 2),
        alloc(2, 3),
        { op: 'free', object: 2 },
        { op: 'free', object: 3 },
        { op: 'gcStart', p: 0 },
        { op: 'gcStart', p: 0 },
      ];
      const { failure, steps } = await story(system, 1, commands);
      expect(failure).toBeUndefined();
      expect(steps.map(({ mallocs }) => mallocs)).toEqual([3, 3, 3, 4, 4, 4, 4, 4]);
      expect(steps.map(({ reused }) => reused)).toEqual([0, 0, 2, 1, 0, 0, 0, 0]);
      expect(steps.at(-1)?.frees).toBe(4);
    }),
  );

  test(
    'an object goes to the P that the command names, from any span, and a flush drops it',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async (system) => {
      const commands: readonly Command[] = [
        alloc(1, 1),
        freegc(1, 1),
        alloc(1, 2),
        alloc(1, 3, 1),
        freegc(3, 1),
        { op: 'readMemStats' },
        alloc(1, 4, 1),
      ];
      const { failure, steps } = await story(system, 2, commands);
      expect(failure).toBeUndefined();
      expect(steps.map(({ reused }) => reused)).toEqual([0, 0, 0, 1, 0, 0, 0]);
    }),
  );

  test(
    'an object that freegc refuses is dead as after free, and one step can reuse more than a span',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async (system) => {
      const commands: readonly Command[] = [
        { op: 'tinyAlloc', p: 0, size: 7, name: 1 },
        { op: 'tinyAlloc', p: 0, size: 0, name: 2 },
        { op: 'largeAlloc', p: 0, size: 32_769, name: 3 },
        alloc(2, 4, 0, 1),
        alloc(2, 5, 0, 66),
        alloc(2000, 6, 0, 2),
        ...[1, 2, 3, 4, 5, 6].map((object) => freegc(object)),
        alloc(2, 7, 0, 1),
        alloc(3, 8, 0, 66),
        alloc(2000, 9, 0, 2),
      ];
      const { failure, steps } = await story(system, 1, commands);
      expect(failure).toBeUndefined();
      expect(steps.slice(-3).map(({ reused }) => reused)).toEqual([0, 2, 2000]);
    }),
  );

  test(
    'cacheSpan and uncacheSpan affect only their class, and a fresh cached span waits for an allocation',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async (system) => {
      const flushed: readonly Command[] = [
        alloc(1, 1),
        alloc(1, 2, 0, 9),
        freegc(1),
        freegc(2),
        { op: 'cacheSpan', p: 0, class: 5 },
        alloc(1, 3),
        alloc(1, 4, 0, 9),
      ];
      expect((await story(system, 1, flushed)).steps.map(({ reused }) => reused)).toEqual([0, 0, 0, 0, 0, 0, 1]);
      // The trace ends with a span in the cache of P 1 from which nothing came.
      const fresh: readonly Command[] = [
        alloc(2, 1),
        { op: 'cacheSpan', p: 1, class: 5 },
        freegc(1, 1),
        alloc(1, 2, 1),
      ];
      for (let i = 0; i < 2; i++) expect((await story(system, 2, fresh)).failure).toBeUndefined();
      const uncached: readonly Command[] = [
        alloc(1, 1),
        alloc(1, 2, 0, 9),
        freegc(1),
        freegc(2),
        { op: 'uncacheSpan', p: 0, class: 9 },
        alloc(1, 3),
        alloc(1, 4, 0, 9),
      ];
      expect((await story(system, 1, uncached)).steps.map(({ reused }) => reused)).toEqual([0, 0, 0, 0, 0, 1, 0]);
    }),
  );

  test(
    'the clean runtime holds with freegc, and reuses objects',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async (system) => {
      const checks = CHECKS.filter((check) => isVisible(check, system));
      const { found, coverage, steps } = await runSuite({ system, checks, seed: 5, traces: 250, maxCommands: 300 });
      expect(found?.failure).toBeUndefined();
      expect(steps).toBeGreaterThan(15_000);
      expect(coverage.ops().find(({ op }) => op === 'freegc')?.applied).toBeGreaterThan(1000);
      const stepsOf = (state: string): number => coverage.states().find(({ name }) => name === state)?.steps ?? 0;
      expect(stepsOf('object handed out again after freegc')).toBeGreaterThan(200);
      expect(stepsOf('handed out again from a span that the P has not cached')).toBeGreaterThan(100);
      expect(stepsOf('freegc of an object that it does not take')).toBeGreaterThan(100);
    }),
  );

  test(
    'a bug in reuse is seen',
    { timeout: BUILD_TIMEOUT_MS },
    onGo(async () => {
      const find = '	c.reusableNoscan[spc] = v.ptr().next\n';
      const faulty = await goSystem({ cacheDir: TEST_CACHE_DIR, edits: [{ file: 'malloc.go', find, replace: '' }] });
      const { found } = await runSuite({
        system: faulty,
        checks: CHECKS.filter((check) => isVisible(check, faulty)),
        seed: 5,
        traces: 300,
        maxCommands: 300,
      });
      const shortest = await story(faulty, 1, [alloc(1, 1), freegc(1), alloc(2, 2)]);
      await faulty.close();
      expect(found?.failure.findings.map(({ check }) => check)).toContain('placement');
      expect(shortest.failure?.findings.flatMap(({ drifts }) => drifts).map(({ counter }) => counter)).toContain(
        'slots handed out again that freegc did not give back',
      );
    }),
  );
});
