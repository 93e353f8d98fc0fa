/** The record of a run: replayed from its start it gives the state that the system was in. */
import { expect, test } from 'vitest';
import { newHeap } from '../model/mheap';
import { at } from '../properties/at';
import { CHECKS } from '../properties/checks/checks';
import type { Observation, System } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { modelSystem } from '../systems/model';
import { bigTrace } from '../testing/bigTrace';
import { planted } from '../testing/planted';
import { recordRun } from './recordRun';
import { FIELD, SPAN_FIELDS, type Stream, type ViewRun } from './viewData';
import { viewTrace } from './viewTrace';

const TRACE: Trace = {
  shape: { procs: 2 },
  commands: [
    { op: 'smallAlloc', p: 0, class: 5, count: 130, name: 1 },
    { op: 'tinyAlloc', p: 1, size: 7, name: 2 },
    { op: 'largeAlloc', p: 1, size: 100_000, name: 3 },
    { op: 'allocStack', pages: 4, name: 4 },
    { op: 'free', object: 1 },
    { op: 'gcStart', p: 0 },
    { op: 'sweepSpan', p: 1, object: 1 },
    { op: 'freeStack', stack: 4 },
    { op: 'smallAlloc', p: 0, class: 5, count: 3, name: 5 },
    { op: 'readMemStats' },
  ],
};

/** Returns the cells of a stream after so many steps. */
function replayed(
  { data: all, ends }: Stream,
  group: number,
  steps = ends.length - 1,
): ReadonlyMap<string, readonly number[]> {
  const data = all.slice(0, ends[steps]);
  const cells = new Map<string, readonly number[]>();
  const values = group === 4 ? 2 : 1;
  expect(ends.at(-1)).toBe(all.length);
  for (let i = 0; i < data.length; i += group)
    cells.set(data.slice(i, i + group - values).join(' '), data.slice(i + group - values, i + group));
  return cells;
}

async function lastObservation(system: System, trace: Trace): Promise<Observation> {
  let last: Observation | undefined;
  await system.run(trace, (_, __, observation) => {
    last = observation;
    return true;
  });
  if (last === undefined) throw new Error('the trace is empty');
  return last;
}

test.each([
  ['a short trace, in which every span is looked at after every step', TRACE, 10],
  ['a long one, in which those are that a step touches', bigTrace(40_000, 2000), 1900],
  ['a long one, after its collections', bigTrace(40_000, 600), 39_900],
])('%s: the changes add up to the heap', async (_, trace, steps) => {
  const system = modelSystem();
  const run = await recordRun({ kind: 'trace', label: '' }, trace, system);
  const { heap } = await lastObservation(system, { ...trace, commands: trace.commands.slice(0, steps) });
  const { spans, mcaches } = heap ?? newHeap(1);
  const cells = replayed(run.spans, 3, steps);
  const shown = { ...spans, class: spans.sizeclass };
  for (let s = 1; s < spans.length; s++) {
    for (const field of SPAN_FIELDS.filter((name) => name !== 'pointers'))
      expect([s, field, cells.get(`${s} ${FIELD[field]}`)?.[0] ?? 0]).toEqual([s, field, at(shown[field], s)]);
  }
  const cached = [...replayed(run.caches, 3, steps).values()].map(([span]) => span).filter((span) => span !== 0);
  expect(new Set(cached)).toEqual(new Set([...mcaches.alloc].filter((span) => span !== 0)));
  expect(run.steps).toBe(trace.commands.length);
  expect(run.corruptingStep).toBeUndefined();
});

test('figures agree while nothing is wrong, and the first that does not is the corrupting step', async () => {
  const { system } = planted('uncache-span-adds');
  const commands = [
    { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
    { op: 'smallAlloc', p: 0, class: 6, count: 1, name: 2 },
    { op: 'uncacheSpan', p: 0, class: 5 },
  ] as const;
  const run = await recordRun({ kind: 'trace', label: '' }, { shape: { procs: 1 }, commands }, system, modelSystem());
  expect(run.corruptingStep).toBe(2);
  expect(figureAfter(run, 'nmalloc', 5)).toEqual([128 + 127, undefined, undefined, 1]);
  expect(figureAfter(run, 'BySize.Mallocs', 5)).toEqual([128 + 127, 1, 1, 1]);
  expect(figureAfter(run, 'nmalloc', 6)).toEqual([102, undefined, undefined, 102]);
});

/** A figure after the last step, by column. */
function figureAfter(run: ViewRun, name: string, sizeclass: number): readonly (number | undefined)[] {
  const row = run.rows.findIndex((shown) => shown.name === name && shown.class === sizeclass);
  const cells = replayed(run.figures, 2);
  const value = cells.get(String(4 * row))?.[0] ?? 0;
  return [0, 1, 2, 3].map((column) =>
    (at(run.rows, row).columns & (1 << column)) === 0
      ? undefined
      : (column === 0 ? 0 : value) + (cells.get(String(4 * row + column))?.[0] ?? 0),
  );
}

test('a failing trace is cut, and stands beside its passing twin and itself without each command', async () => {
  const { system } = planted('uncache-span-adds');
  const commands = [
    { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
    { op: 'uncacheSpan', p: 0, class: 5 },
    { op: 'readMemStats' },
  ] as const;
  const runs = await viewTrace({ shape: { procs: 1 }, commands }, { system, checks: CHECKS, reference: modelSystem() });
  const [run] = runs;
  expect([run.commandsCut, run.steps, run.failure?.step, run.corruptingStep]).toEqual([1, 2, 1, 1]);
  expect(run.commands.without).toEqual(['no command is left', 'holds']);
  expect(runs.map(({ kind, failure }) => [kind, failure?.check])).toEqual([
    ['trace', 'rescan'],
    ['twin', undefined],
    ['without', undefined],
  ]);
});

test('a system that dies has no state after its last command', async () => {
  const { ops, shows } = modelSystem();
  const dying: System = {
    name: 'dying',
    isAsync: false,
    ops,
    shows,
    run: (trace, observe) => {
      modelSystem().run({ ...trace, commands: trace.commands.slice(0, -1) }, observe);
      return { step: trace.commands.length - 1, kind: 'throw', message: 'uncaching span but s.allocCount == 0' };
    },
    collection: 'lazy',
    observationFlushes: false,
    maxProcs: 4,
  };
  const [run] = await viewTrace(TRACE, { system: dying, checks: CHECKS });
  expect([run.failure?.check, run.steps, run.commands.text.length]).toEqual(['throw', 9, 10]);
});
