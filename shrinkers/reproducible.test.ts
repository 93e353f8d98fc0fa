import { expect, test } from 'vitest';
import { MALLOCS } from '../model/memstats';
import { CHECKS } from '../properties/checks/checks';
import type { FailingTrace } from '../properties/failure';
import type { AsyncSystem, Observe, SyncSystem } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { modelSystem } from '../systems/model';
import { findReproducible } from './reproducible';

const OPTIONS = { checks: CHECKS, seed: 1, traces: 40, maxCommands: 20 };

/** The model, except that it publishes one malloc too many in the runs for which `isOff` is true. */
function modelThatIsOff(isOff: (trace: Trace) => boolean): SyncSystem {
  const model = modelSystem();
  const run: SyncSystem['run'] = (trace, observe) => {
    const isOffNow = isOff(trace);
    return model.run(trace, (step, command, observation) => {
      if (isOffNow) observation.published.totals[MALLOCS]++;
      return observe(step, command, observation);
    });
  };
  return { ...traitsOf(model), isAsync: false, run };
}

function traitsOf({
  name,
  ops,
  shows,
  collection,
  observationFlushes,
  maxProcs,
}: SyncSystem): Omit<SyncSystem, 'isAsync' | 'run'> {
  return { name, ops, shows, collection, observationFlushes, maxProcs };
}

/** A system in which every trace after one with a gcStart is off, until it is refreshed. */
function leakingSystem(): AsyncSystem {
  let leaks = false;
  const model = modelThatIsOff((trace) => {
    const isOff = leaks;
    leaks = trace.commands.some(({ op }) => op === 'gcStart');
    return isOff;
  });
  return {
    ...traitsOf(model),
    isAsync: true,
    run: async (trace: Trace, observe: Observe) => Promise.resolve(model.run(trace, observe)),
    refresh: () => void (leaks = false),
  };
}

test('a failure that happens once is reported at once, and is the result if no other repeats', async () => {
  let runs = 0;
  const reported: string[] = [];
  const result = await findReproducible({
    ...OPTIONS,
    system: modelThatIsOff(() => ++runs === 3),
    onFound: ({ failure }) => void reported.push(failure.check),
  });
  expect(reported).toEqual(['rescan']);
  expect(result.found?.failure.check).toBe('rescan');
  expect(result.isReproducible).toBe(false);
  expect(result.unrepeated.map(({ times, rate }) => ({ times, rate }))).toEqual([
    { times: 1, rate: { failed: 0, runs: 20 } },
  ]);
});

test('a system that fails every third run has a row and a report for each signature, with a rate', async () => {
  let runs = 0;
  const reported: FailingTrace[] = [];
  const { unrepeated, isReproducible, found } = await findReproducible({
    ...OPTIONS,
    system: modelThatIsOff(() => ++runs % 3 === 0),
    onFound: (failing) => void reported.push(failing),
  });
  expect(isReproducible).toBe(false);
  const signatures = unrepeated.map(({ failure }) => failure.signature);
  expect(new Set(signatures).size).toBe(signatures.length);
  expect(reported.map(({ failure }) => failure.signature)).toEqual(signatures);
  expect(found).toEqual({ trace: unrepeated[0].trace, failure: unrepeated[0].failure });
  expect(unrepeated.reduce((sum, { times }) => sum + times, 0)).toBeGreaterThan(unrepeated.length);
  for (const { rate, leaksFrom } of unrepeated) {
    expect(rate.runs).toBe(20);
    expect([6, 7]).toContain(rate.failed);
    expect(leaksFrom).toBeUndefined();
  }
});

test('a failure that needs the trace before it names that trace', async () => {
  const { unrepeated, isReproducible } = await findReproducible({ ...OPTIONS, system: leakingSystem() });
  expect(isReproducible).toBe(false);
  expect(unrepeated).not.toEqual([]);
  for (const { rate, leaksFrom } of unrepeated) {
    expect(rate).toEqual({ failed: 0, runs: 20 });
    expect(leaksFrom?.commands.some(({ op }) => op === 'gcStart')).toBe(true);
  }
});

test('a failure that repeats is the result, and those before it keep their rows', async () => {
  let runs = 0;
  const { found, isReproducible, unrepeated, seed } = await findReproducible({
    ...OPTIONS,
    system: modelThatIsOff(() => ++runs === 1 || runs > 60),
  });
  expect(isReproducible).toBe(true);
  expect(found).toBeDefined();
  expect(unrepeated).toHaveLength(1);
  expect(seed).toBe(OPTIONS.seed + 1);
});

test('an abort ends the runs that show whether a failure repeats, even if one never answers', async () => {
  const controller = new AbortController();
  const model = modelThatIsOff(() => true);
  let runs = 0;
  const system: AsyncSystem = {
    ...traitsOf(model),
    isAsync: true,
    run: (trace, observe) => {
      if (++runs === 1) return Promise.resolve(model.run(trace, observe));
      setImmediate(() => controller.abort());
      return new Promise(() => {});
    },
  };
  // The first run is the suite's; its failing trace is located by no second run, since the system shows no heap.
  const { found } = await findReproducible({
    ...OPTIONS,
    system: { ...system, shows: new Set(['rescan']) },
    signal: controller.signal,
  });
  expect(found).toBeDefined();
});
