/** Probes: which systems have one, and that it forgets the trace before. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import type { Trace } from '../../properties/trace/trace';
import { modelSystem } from '../../systems/model';
import { planted } from '../../testing/planted';
import { isSlow, probeOf } from './probe';

const FAILING: Trace = {
  shape: { procs: 1 },
  commands: [
    { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
    { op: 'uncacheSpan', p: 0, class: 5 },
  ],
};

test('a system has a probe if it shows its heap and its events', () => {
  const system = modelSystem();
  expect(isSlow(system)).toBe(false);
  for (const missing of ['heap', 'events'] as const) {
    const shows = new Set([...system.shows].filter((what) => what !== missing));
    const less = { ...system, shows, run: system.run.bind(system) };
    expect(isSlow(less)).toBe(true);
    expect(probeOf(less, CHECKS)).toBeUndefined();
  }
});

test('it says how a trace fails, and nothing of the trace before stays', () => {
  const probe = probeOf(planted('uncache-span-adds').system, CHECKS);
  const holding: Trace = { ...FAILING, commands: FAILING.commands.slice(0, 1) };
  expect(probe?.tryTrace(holding)).toBeUndefined();
  const key = probe?.stateAfter(holding);
  expect(probe?.tryTrace(FAILING)).toMatchObject({ step: 1, check: 'rescan' });
  expect(probe?.tryTrace(holding)).toBeUndefined();
  expect(probe?.stateAfter(holding)).toBe(key);
});

test('before the first trace there is no state', () => {
  const probe = probeOf(modelSystem(), CHECKS);
  expect(() => probe?.stateAfter(FAILING)).toThrow('no trace was tried');
});
