/** The counters of an observation by name. */
import { expect, test } from 'vitest';
import { MEMSTATS_TOTALS, newMemStats } from '../../model/memstats';
import type { Observation } from '../../properties/system';
import { modelSystem } from '../../systems/model';
import { countersOf } from './counters';

test('a system that shows its heap has its own counters, those of each P too, and none that is 0', () => {
  let counters: ReadonlyMap<string, number> = new Map();
  modelSystem().run(
    {
      shape: { procs: 2 },
      commands: [
        { op: 'tinyAlloc', p: 1, size: 1, name: 1 },
        { op: 'tinyAlloc', p: 1, size: 1, name: 2 },
      ],
    },
    (_, __, observation) => {
      counters = countersOf(observation);
      return true;
    },
  );
  expect(counters.get('local_tinyallocs of P1')).toBe(1);
  expect(counters.has('local_tinyallocs of P0')).toBe(false);
  expect(counters.get('pagesInUse')).toBe(1);
  expect([...counters.values()]).not.toContain(0);
});

test('any other system has what it publishes; a figure that is no number is left out', () => {
  const published = newMemStats();
  published.totals[0] = 64;
  published.totals[1] = Number.NaN;
  published.mallocs[5] = 2;
  const observation: Observation = { published };
  expect([...countersOf(observation)]).toEqual([
    [MEMSTATS_TOTALS[0], 64],
    ['BySize.Mallocs[5]', 2],
  ]);
});
