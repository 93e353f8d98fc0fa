/** The story of a trace: what it says, that it fits on a screen, that it keeps to its time and its system. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { modelSystem } from '../../systems/model';
import { certify } from '../certify/certificate';
import { explain, type Explanation } from './explain';
import { markdownText } from './markdown';
import { terminalText } from './terminal';
import { failingTrace, planted } from '../../testing/planted';
import { shrink } from '../shrink';

const BORN: Command = { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 };

async function explained(fault: string, commands: readonly Command[], procs = 1): Promise<Explanation> {
  const { system, tryTrace, trial } = planted(fault);
  const trace: Trace = { shape: { procs }, commands };
  const certificate = await certify(
    { trace, failure: (await tryTrace(trace)) as Failure },
    { system, checks: CHECKS, trial },
  );
  const told = await explain(trace, { system, checks: CHECKS, reference: modelSystem(), certificate });
  if (told === undefined) throw new Error('the trace holds');
  return told;
}

test('a story for the terminal', async () => {
  const told = await explained('uncache-span-no-refund', [BORN, { op: 'uncacheSpan', p: 0, class: 5 }]);
  expect(terminalText(told, { isColoured: false }))
    .toBe(`rescan: Alloc: 8,192, expected 64 (+8,128), at command 2 of 2, with 1 P

  1  P0 smallAlloc class 5 (64 B) → o1
       span 1 from the page heap; P0 caches span 1; slot 0 of span 1 allocated
       nmalloc[5] +128  heap_live +8,192  pagesInUse +1  heap_inuse +8,192  heap_idle +1,040,384  h…
       without it: no command is left
  2  P0 uncacheSpan class 5   ← corrupts, detected at once
       P0 uncaches span 1
       nmalloc[5] unchanged, expected −127  heap_live −8,128
       without it: holds

+8,128 = (nelems − allocCount) · elemsize of span 1, class 5, at uncacheSpan
Also detected by small-objects and ledger.
The nearest passing trace: count 128 instead of 1 in command 1.
No failing trace of fewer commands exists (tried 55 traces: 12 ops; size classes 1, 4, 5, 50; counts
 1, 2; sizes 1; 32,769; 1,048,576 bytes; on 1 to 2 Ps).
`);
});

test('the drift equals a number of slots where slots were miscounted, and a local counter where that was lost', async () => {
  const slots = await explained('uncache-span-refunds-one', [
    { ...BORN, class: 62 },
    { op: 'uncacheSpan', p: 0, class: 62 },
  ]);
  expect(slots.equals).toContain('of span 1, class 62');
  const lost = await explained(
    'freemcache-drops-counters',
    [
      { op: 'tinyAlloc', p: 1, size: 1, name: 1 },
      { op: 'tinyAlloc', p: 1, size: 1, name: 2 },
      { op: 'setProcs', procs: 1 },
    ],
    2,
  );
  expect(lost.equals).toBe('−1 = local_tinyallocs of P1 before, at setProcs');
});

test('a step that corrupts silently is named, and so is the one that detects it', async () => {
  const told = await explained('purge-largefree-zeroed-first', [
    { op: 'largeAlloc', p: 0, size: 50_000, name: 1 },
    { op: 'free', object: 1 },
    { op: 'gcStart', p: 0 },
    { op: 'sweepSpan', p: 0, object: 1 },
    { op: 'readMemStats' },
  ]);
  expect([told.corruptingStep, told.failure.step]).toEqual([4, 4]);
  expect(told.steps.map(({ without }) => without)).toContain('holds');
});

test('a trace of three commands takes one screen, whatever the fault', async () => {
  for (const name of [
    'purge-tinyallocs-overwrites',
    'gc-no-cachestats',
    'free-idle-after-merge',
    'flush-skips-p0',
    'list-insert-no-next',
    'read-heap-objects-sign',
  ]) {
    const fault = planted(name);
    for (let seed = 1; seed <= 3; seed++) {
      const found = failingTrace(fault, seed);
      if (found === undefined) continue;
      const { trace, failure } = await shrink(found.trace, found.failure, fault.trial);
      if (trace.commands.length > 3) continue;
      const certificate = await certify({ trace, failure }, { ...fault, checks: CHECKS });
      const told = await explain(trace, {
        system: fault.system,
        checks: CHECKS,
        reference: modelSystem(),
        certificate,
      });
      const lines = told === undefined ? [] : terminalText(told, { isColoured: false }).trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThanOrEqual(24);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    }
  }
});

test('colors appear only on request', async () => {
  const told = await explained('uncache-span-adds', [BORN, { op: 'uncacheSpan', p: 0, class: 5 }]);
  expect(terminalText(told, { isColoured: true })).toContain('\u001b[');
  expect(terminalText(told, { isColoured: false })).not.toContain('\u001b[');
});

test('Markdown: a row for each command, and every drift', async () => {
  const told = await explained('uncache-span-adds', [BORN, { op: 'uncacheSpan', p: 0, class: 5 }]);
  const text = markdownText(told);
  expect(text.split('\n').filter((line) => /^\| \d/.test(line))).toHaveLength(2);
  expect(text).toContain('nmalloc[5] +127, expected −127');
  for (const { counter } of told.failure.drifts) expect(text).toContain(`- ${counter}`);
});

test('a trace that holds has no story; one that fails now and then has its rate', async () => {
  const trace: Trace = { shape: { procs: 1 }, commands: [BORN] };
  expect(await explain(trace, { system: modelSystem(), checks: CHECKS })).toBeUndefined();
  const { system } = planted('uncache-span-adds');
  let runs = 0;
  const now = {
    ...system,
    run: (...args: Parameters<typeof system.run>) => (runs++ % 2 === 0 ? system : modelSystem()).run(...args),
  };
  const flaky = await explain(
    { shape: { procs: 1 }, commands: [BORN, { op: 'uncacheSpan', p: 0, class: 5 }] },
    { system: { ...now, shows: new Set(['rescan', 'heap']) }, checks: CHECKS },
  );
  expect(flaky?.rate).toEqual({ failed: 2, runs: 3 });
});

test('out of time after the first run, the story has the failure and says that it was cut short', async () => {
  const { system } = planted('uncache-span-no-refund');
  let runs = 0;
  const counted = { ...system, run: (...args: Parameters<typeof system.run>) => (runs++, system.run(...args)) };
  const trace: Trace = { shape: { procs: 1 }, commands: [BORN, { op: 'uncacheSpan', p: 0, class: 5 }] };
  const told = await explain(trace, { system: counted, checks: CHECKS, reference: modelSystem(), isOver: () => true });
  expect(runs).toBe(1);
  expect(told).toMatchObject({ isCutShort: true, rate: undefined, nearestPassing: undefined });
  const text = told === undefined ? '' : terminalText(told, { isColoured: false });
  expect(text).toContain('rescan: Alloc: 8,192, expected 64 (+8,128)');
  expect(text).toContain('This story was cut short');
});

test('at whatever moment time is up, the story ends soon after', async () => {
  const { system } = planted('uncache-span-no-refund');
  const trace: Trace = { shape: { procs: 1 }, commands: [BORN, { op: 'uncacheSpan', p: 0, class: 5 }] };
  for (let moment = 1; moment <= 12; moment++) {
    let asked = 0;
    let late = 0;
    const counted = {
      ...system,
      run: (...args: Parameters<typeof system.run>) => (asked >= moment && late++, system.run(...args)),
    };
    const told = await explain(trace, { system: counted, checks: CHECKS, isOver: () => ++asked >= moment });
    expect([moment, told?.isCutShort, late]).toEqual([moment, true, 0]);
  }
});

test('a system with one P is never run with two', async () => {
  const { system } = planted('uncache-span-adds');
  const single = {
    ...system,
    maxProcs: 1,
    shows: new Set(['rescan'] as const),
    run: (...args: Parameters<typeof system.run>) => {
      expect(args[0].shape.procs).toBe(1);
      return system.run(...args);
    },
  };
  const trace: Trace = { shape: { procs: 1 }, commands: [BORN, { op: 'uncacheSpan', p: 0, class: 5 }] };
  const told = await explain(trace, { system: single, checks: CHECKS });
  expect(told?.steps).toHaveLength(2);
});
