/** Known bugs of releases, where the driver works around them, and golang/go#22023 planted where it does not. */
import { expect, test } from 'vitest';
import { COLLECTED, EVENT_STRIDE, SWEPT } from '../../model/events';
import { CHECKS } from '../../properties/checks/checks';
import { runSuite } from '../../properties/suite';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';
import { goSystem } from './goSystem';

/** The release may have to be fetched. */
const FETCH_TIMEOUT_MS = 300_000;

test.runIf(hasGo).each([
  ['go1.9', 22023],
  ['go1.21.0', 62477],
])(
  '%s names its bug, and the rest of the checks hold',
  async (toolchain, bug) => {
    const system = await goSystem({ toolchain, cacheDir: TEST_CACHE_DIR });
    expect(system.knownBugs.map(({ issue }) => issue)).toEqual([bug]);
    expect(system.limits.map(({ what }) => what)).toContain(`golang/go#${bug}`);
    const { found, steps } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 60, maxCommands: 300 });
    await system.close();
    expect(found?.failure.message).toBeUndefined();
    expect(steps).toBeGreaterThan(4000);
  },
  FETCH_TIMEOUT_MS,
);

test.runIf(hasGo)(
  'a collection that does not run is not reported as one',
  async () => {
    const find = '\tif gcphase != _GCoff {\n\t\treturn false\n\t}\n\tswitch t.kind {';
    const edits = [{ file: 'mgc.go', find, replace: find.replace('_GCoff', '_GCoff || gcpercent < 0') }];
    const system = await goSystem({ toolchain: 'go1.9.7', cacheDir: TEST_CACHE_DIR, edits });
    const kinds = new Set<number | undefined>();
    const commands = [
      { op: 'smallAlloc', p: 0, class: 5, count: 3, name: 1 },
      { op: 'gcStart', p: 0 },
    ] as const;
    await system.run({ shape: { procs: 1 }, commands }, (step, _command, { events }) => {
      if (step !== 1 || events === undefined) return true;
      for (let at = 0; at < events.length; at += EVENT_STRIDE) kinds.add(events.data[at]);
      return true;
    });
    await system.close();
    expect([...kinds].filter((kind) => kind === COLLECTED || kind === SWEPT)).toEqual([]);
  },
  FETCH_TIMEOUT_MS,
);
