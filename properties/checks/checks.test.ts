/** Each check fails when the one figure that it guards is broken, on a trace that holds otherwise. */
import { expect, test } from 'vitest';
import { MALLOCS, HEAP_OBJECTS, TOTAL_ALLOC, copyMemStats, newMemStats, type MemStats } from '../../model/memstats';
import type { Heap } from '../../model/mheap';
import { CACHED, PLACED, SPAN_ALLOCATED, SPAN_FREED, emit, type Events } from '../../model/events';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { modelSystem } from '../../systems/model';
import { CHECKS } from './checks';
import type { Command } from '../trace/command';
import { SyncJudge } from '../judge';
import type { Observation, SyncSystem } from '../system';
import type { Trace } from '../trace/trace';

const TRACE: Trace = {
  shape: { procs: 2 },
  commands: [
    { op: 'smallAlloc', p: 0, class: 5, count: 3, name: 1 },
    { op: 'tinyAlloc', p: 0, size: 3, name: 2 },
    { op: 'tinyAlloc', p: 0, size: 3, name: 3 },
    { op: 'largeAlloc', p: 1, size: 40_000, name: 4 },
    { op: 'readMemStats' },
    { op: 'smallAlloc', p: 1, class: 5, count: 1, name: 5 },
    { op: 'free', object: 1 },
    { op: 'gcStart', p: 0 },
    { op: 'sweepSpan', p: 1, object: 1 },
    { op: 'readMemStats' },
    { op: 'readMemStats' },
  ],
};

/** Returns the model with a change made after the last command, before the judge observes it. */
function tampered(tamper: (observation: Observation, heap: Heap) => void): SyncSystem {
  const system = modelSystem();
  const run: SyncSystem['run'] = (trace, observe) =>
    system.run(trace, (step, command, observation) => {
      if (step === TRACE.commands.length - 1 && observation.heap !== undefined) tamper(observation, observation.heap);
      return observe(step, command, observation);
    });
  return Object.assign(Object.create(system) as SyncSystem, { run });
}

function checkThatFails(name: string, system: SyncSystem): string | undefined {
  const judge = new SyncJudge(system, { checks: CHECKS.filter((check) => check.name === name), isThorough: true });
  return judge.run(TRACE).failure?.check;
}

const BREAKS: Readonly<Record<string, (observation: Observation, heap: Heap) => void>> = {
  rescan: ({ published }) => published.totals[MALLOCS]++,
  'small-objects': ({ published }) => published.mallocs[5]++,
  'large-objects': (_, heap) => heap.nlargealloc++,
  tiny: (_, heap) => heap.tinyallocs++,
  'live-slots': ({ rescan }) => (rescan === undefined ? undefined : rescan.liveSlots[5]++),
  ledger: ({ published }) => published.totals[HEAP_OBJECTS]--,
  'pages-in-use': (_, heap) => heap.pagesInUse++,
  'heap-live': (_, heap) => (heap.heap_live += 48),
  cycle: (_, heap) => (heap.sweepgen += 2),
  spans: (_, heap) => heap.spans.freeindex[1]++,
  lists: (_, heap) => (heap.spans.incache[1] ^= 1),
  'page-heap': (_, heap) => (heap.heap_idle += 8192),
  'stray-counters': (_, heap) => heap.nmalloc[30]++,
  flushed: (_, heap) => heap.mcaches.local_tinyallocs[1]++,
  monotone: ({ published }) => (published.totals[TOTAL_ALLOC] = 0),
};

test('every check that the model shows is broken here', () => {
  const elsewhere = new Set(['placement', 'twins', 'model']);
  expect(Object.keys(BREAKS).toSorted()).toEqual(
    CHECKS.map(({ name }) => name)
      .filter((name) => !elsewhere.has(name))
      .toSorted(),
  );
});

test.each(Object.entries(BREAKS))('%s', (name, tamper) => {
  expect(
    checkThatFails(
      name,
      tampered(() => undefined),
    ),
  ).toBeUndefined();
  expect(checkThatFails(name, tampered(tamper))).toBe(name);
});

const UNFLUSHED: readonly (readonly [counter: string, leave: (heap: Heap) => void])[] = [
  ['tiny', ({ mcaches }) => (mcaches.tinySpan[1] = 1)],
  ['local_tinyallocs', ({ mcaches }) => mcaches.local_tinyallocs[1]++],
  ['local_largefree', ({ mcaches }) => (mcaches.local_largefree[1] = 8192)],
  ['local_nlargefree', ({ mcaches }) => mcaches.local_nlargefree[1]++],
  ['cached span', ({ mcaches }) => (mcaches.alloc[NUM_SIZE_CLASSES + 5] = 1)],
  ['local_nsmallfree', ({ mcaches }) => mcaches.local_nsmallfree[NUM_SIZE_CLASSES + 5]++],
];

test.each(UNFLUSHED)('flushed: %s', (counter, leave) => {
  const judge = new SyncJudge(
    tampered((_, heap) => leave(heap)),
    { checks: CHECKS.filter(({ name }) => name === 'flushed'), isThorough: true },
  );
  expect(judge.run(TRACE).failure?.drifts).toMatchObject([{ counter, p: 1, expected: 0 }]);
});

test('twins', () => {
  const withTwins = (actual: number): SyncSystem => {
    const system = tampered((observation) =>
      Object.assign(observation, { twins: [{ counter: 'gcController.heapInUse', expected: 1, actual }] }),
    );
    return Object.assign(system, { shows: new Set([...system.shows, 'twins']) });
  };
  expect(checkThatFails('twins', withTwins(1))).toBeUndefined();
  expect(checkThatFails('twins', withTwins(2))).toBe('twins');
});

test('model', () => {
  const predicting = (differ: (stats: MemStats) => void, words?: string): SyncSystem => {
    const system = tampered((observation) => {
      const stats = newMemStats();
      copyMemStats(observation.published, stats);
      differ(stats);
      Object.assign(observation, { predicted: { stats, death: words } });
    });
    return Object.assign(system, { shows: new Set([...system.shows, 'predicted']) });
  };
  expect(
    checkThatFails(
      'model',
      predicting(() => undefined),
    ),
  ).toBeUndefined();
  for (const differ of [
    (stats: MemStats) => stats.totals[MALLOCS]++,
    // Class 66 has no row in BySize.
    (stats: MemStats) => stats.mallocs[66]++,
    (stats: MemStats) => (stats.frees[5] = Number.NaN),
  ])
    expect(checkThatFails('model', predicting(differ))).toBe('model');
  expect(
    checkThatFails(
      'model',
      predicting(() => undefined, 'the model threw'),
    ),
  ).toBe('model');
});

test('placement', () => {
  const system = tampered(({ events }) => events !== undefined && tell(events, [SPAN_FREED, 1, 0]));
  expect(checkThatFails('placement', system)).toBe('placement');
});

/** Changes of the events of one step, and the counter that must drift. */
const MISPLACED: readonly (readonly [counter: string, step: number, tamper: (events: Events) => void])[] = [
  ['objects in one slot', 0, ({ data, length }) => data[length - 1]--],
  ['slot of a new object', 0, ({ data, length }) => (data[length - 1] = 5000)],
  ['class of the span of a new object', 0, ({ data, length }) => (data[length - 2] = 99)],
  ['P whose cached span a new object is in', 5, ({ data }) => (data[data.indexOf(CACHED) + 2] = 0)],
  [
    'slots taken of a span that was passed over for a fresh one',
    5,
    (events) => tell(events, [SPAN_ALLOCATED, 50, 0], [CACHED, 50, 1], [PLACED, 50, 0]),
  ],
  ['class of the span of a tiny object', 2, ({ data, length }) => (data[length - 2] = 1)],
  ['slot of the tiny block that a new object is in', 2, ({ data, length }) => data[length - 1]++],
  ['objects in a span that was given back', 6, (events) => tell(events, [SPAN_FREED, 1, 0])],
  ['collection after which the span was swept', 8, (events) => tell(events)],
];

function tell(events: Events, ...told: readonly (readonly [number, number, number])[]): void {
  events.length = 0;
  for (const [kind, span, argument] of told) emit(events, kind, span, argument);
}

test.each(MISPLACED)('placement: %s', (counter, at, tamper) => {
  const system = modelSystem();
  const run: SyncSystem['run'] = (trace, observe) =>
    system.run(trace, (step, command, observation) => {
      if (step === at && observation.events !== undefined) tamper(observation.events);
      return observe(step, command, observation);
    });
  const judge = (judged: SyncSystem) =>
    new SyncJudge(judged, { checks: CHECKS.filter(({ name }) => name === 'placement') }).run(TRACE);
  expect(judge(system).failure).toBeUndefined();
  expect(judge(Object.assign(Object.create(system) as SyncSystem, { run })).failure).toMatchObject({
    step: at,
    drifts: [{ counter }],
  });
});

test('a trace of more names than the tables hold at first is followed to its end', () => {
  const names = Array.from({ length: 5000 }, (_, i) => i + 1);
  const commands = names.flatMap((name): Command[] => [
    { op: 'tinyAlloc', p: name & 1, size: 9, name },
    ...(name % 3 === 0 ? [{ op: 'free', object: name - 1 } as const] : []),
  ]);
  const judge = new SyncJudge(modelSystem(), { checks: CHECKS });
  const trace = {
    shape: { procs: 2 },
    commands: [...commands, { op: 'gcStart', p: 0 } as const, { op: 'readMemStats' } as const],
  };
  expect(judge.run(trace)).toMatchObject({ outcome: 'held', steps: trace.commands.length });
});
