/** Each check goes red when the one thing that it guards is broken, on a trace that holds otherwise. */
import { expect, test } from 'vitest';
import { MALLOCS, HEAP_OBJECTS, TOTAL_ALLOC } from '../model/memstats';
import type { Heap } from '../model/mheap';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks';
import { Judge, type Verdict } from './judge';
import type { Observation, System } from './system';
import type { Trace } from './trace';

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

/** The model with something changed behind its back after the last command, before anybody looks. */
function tampered(tamper: (observation: Observation, heap: Heap) => void): System {
  const system = modelSystem();
  const run: System['run'] = (trace, observe) =>
    system.run(trace, (step, command, observation) => {
      if (step === TRACE.commands.length - 1 && observation.heap !== undefined) tamper(observation, observation.heap);
      return observe(step, command, observation);
    });
  return Object.assign(Object.create(system) as System, { run });
}

function checkThatFails(name: string, system: System): string | undefined {
  const judge = new Judge(system, { checks: CHECKS.filter((check) => check.name === name), isThorough: true });
  return (judge.run(TRACE) as Verdict).failure?.check;
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
  expect(Object.keys(BREAKS).toSorted()).toEqual(CHECKS.map(({ name }) => name).filter((name) => !elsewhere.has(name)).toSorted());
});

test.each(Object.entries(BREAKS))('%s', (name, tamper) => {
  expect(checkThatFails(name, tampered(() => undefined))).toBeUndefined();
  expect(checkThatFails(name, tampered(tamper))).toBe(name);
});

test('twins', () => {
  const withTwins = (actual: number): System => {
    const system = tampered((observation) => Object.assign(observation, { twins: [{ counter: 'gcController.heapInUse', expected: 1, actual }] }));
    return Object.assign(system, { shows: new Set([...system.shows, 'twins']) });
  };
  expect(checkThatFails('twins', withTwins(1))).toBeUndefined();
  expect(checkThatFails('twins', withTwins(2))).toBe('twins');
});

test('placement: a live slot that is handed out again', () => {
  const system = modelSystem();
  const run: System['run'] = (trace, observe) =>
    system.run(trace, (step, command, observation) => {
      const { moves } = observation;
      // The third object of class 5 is said to lie where the second does.
      if (step === 0 && moves !== undefined) moves.data[moves.length - 1]--;
      return observe(step, command, observation);
    });
  expect(checkThatFails('placement', system)).toBeUndefined();
  expect(checkThatFails('placement', Object.assign(Object.create(system) as System, { run }))).toBe('placement');
});
