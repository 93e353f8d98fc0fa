/** The span ledger follows events, and knows frees, live slots, pages and heap_live at every step. */
import { expect, test } from 'vitest';
import {
  CACHED,
  COLLECTED,
  NONE_FREE,
  PLACED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  emit,
  newEvents,
} from '../../model/events';
import type { Command } from '../trace/command';
import {
  FILLED_TO_THE_LAST_SLOT,
  GAVE_A_SPAN_BACK,
  GIVEN_BACK_WITH_ONE_SLOT_LEFT,
  SWEPT_ALL_DEAD,
  SWEPT_A_SPAN,
  SWEPT_BY_ANOTHER_P,
  SWEPT_NONE_DEAD,
  UNCACHED_PARTLY_USED,
} from './coverageBits';
import { Ledger } from './ledger';
import { SpanLedger } from './spanLedger';

type Step = readonly [Command, ...(readonly (readonly [kind: number, span: number, argument: number])[])];

/** Class 66: 32,768 bytes, one slot of four pages. Class 65: 28,672 bytes, two slots of seven pages. */
const alloc = (name: number, count = 1, sizeclass = 65, p = 0): Command => ({
  op: 'smallAlloc',
  p,
  class: sizeclass,
  count,
  name,
});
const GC: Command = { op: 'gcStart', p: 0 };

function followed(...steps: readonly Step[]): SpanLedger {
  const ledger = new Ledger();
  const spans = new SpanLedger();
  ledger.reset(2);
  spans.reset();
  for (const [command, ...told] of steps) {
    const events = newEvents();
    for (const [kind, span, argument] of told) emit(events, kind, span, argument);
    ledger.apply(command);
    spans.follow(command, ledger, events);
  }
  return spans;
}

const BORN: Step = [alloc(1), [SPAN_ALLOCATED, 1, 0], [CACHED, 1, 0], [PLACED, 1, 0]];
const DROPPED: Step = [{ op: 'free', object: 1 }];
const COLLECT: Step = [GC, [UNCACHED, 1, 0], [COLLECTED, 0, 0]];
const SWEEP: Command = { op: 'sweepSpan', p: 1, object: 1 };

test('a cached span is charged in full, and refunded what is left of it', () => {
  const cached = followed(BORN);
  expect([cached.heapLive, cached.liveSlots[65], cached.pagesInUse]).toEqual([57_344, 1, 7]);
  const uncached = followed(BORN, [{ op: 'uncacheSpan', p: 0, class: 65 }, [UNCACHED, 1, 0]]);
  expect(uncached.heapLive).toBe(28_672);
  expect(uncached.coverageBits).toBe(GIVEN_BACK_WITH_ONE_SLOT_LEFT | UNCACHED_PARTLY_USED);
});

test('a span that is full is refunded nothing', () => {
  const spans = followed([alloc(1, 2), [SPAN_ALLOCATED, 1, 0], [CACHED, 1, 0], [PLACED, 1, 0], [PLACED, 1, 1]]);
  expect(spans.coverageBits).toBe(FILLED_TO_THE_LAST_SLOT);
  expect(spans.heapLive).toBe(57_344);
});

test('what was dropped is dead at the collection and freed by the sweep, on whatever P', () => {
  const collected = followed(BORN, DROPPED, COLLECT);
  expect([collected.heapLive, collected.frees[65], collected.liveSlots[65]]).toEqual([0, 0, 1]);
  const swept = followed(BORN, DROPPED, COLLECT, [SWEEP, [SWEPT, 1, 1], [SPAN_FREED, 1, 0]]);
  expect([swept.frees[65], swept.liveSlots[65], swept.pagesInUse]).toEqual([1, 0, 0]);
  expect(swept.misplaced).toBeUndefined();
  expect(swept.coverageBits).toBe(SWEPT_A_SPAN | SWEPT_BY_ANOTHER_P | SWEPT_ALL_DEAD | GAVE_A_SPAN_BACK);
});

test('what was dropped after the collection is not freed by its sweep', () => {
  const spans = followed(BORN, COLLECT, DROPPED, [SWEEP, [SWEPT, 1, 1]]);
  expect([spans.frees[65], spans.liveSlots[65], spans.coverageBits]).toEqual([0, 1, SWEPT_A_SPAN | SWEPT_NONE_DEAD]);
});

test('the bytes of large objects are freed with their pages', () => {
  const large: Step = [{ op: 'largeAlloc', p: 0, size: 40_000, name: 1 }, [SPAN_ALLOCATED, 1, 0], [PLACED, 1, 0]];
  expect(followed(large).heapLive).toBe(40_960);
  const swept = followed(large, DROPPED, [GC, [COLLECTED, 0, 0]], [SWEEP, [SWEPT, 1, 1], [SPAN_FREED, 1, 0]]);
  expect([swept.largeFreeBytes, swept.frees[0], swept.heapLive]).toEqual([40_960, 1, 0]);
});

test.each<[string, readonly Step[], { counter: string; expected: number; actual: number }]>([
  [
    'a span that is given back with an object',
    [BORN, [{ op: 'uncacheSpan', p: 0, class: 65 }, [UNCACHED, 1, 0], [SPAN_FREED, 1, 0]]],
    { counter: 'objects in a span that was given back', expected: 0, actual: 1 },
  ],
  [
    'a sweep that did not happen',
    [BORN, DROPPED, COLLECT, [SWEEP]],
    { counter: 'collection after which the span was swept', expected: 1, actual: 0 },
  ],
  [
    'a fresh span while another has a free slot',
    [
      BORN,
      [{ op: 'uncacheSpan', p: 0, class: 65 }, [UNCACHED, 1, 0]],
      [alloc(2), [SPAN_ALLOCATED, 2, 0], [CACHED, 2, 0], [PLACED, 2, 0]],
    ],
    { counter: 'slots taken of a span that was passed over for a fresh one', expected: 2, actual: 1 },
  ],
  [
    'a search that finds no slot while a span has one',
    [BORN, [{ op: 'uncacheSpan', p: 0, class: 65 }, [UNCACHED, 1, 0]], [alloc(2), [NONE_FREE, 0, 65]]],
    { counter: 'slots taken of a span that was passed over for a fresh one', expected: 2, actual: 1 },
  ],
  [
    'two objects in one slot',
    [BORN, [alloc(2), [PLACED, 1, 0]]],
    { counter: 'objects in one slot', expected: 1, actual: 2 },
  ],
  [
    'an object in the cached span of another P',
    [BORN, [alloc(2, 1, 65, 1), [PLACED, 1, 1]]],
    { counter: 'P whose cached span a new object is in', expected: 1, actual: 0 },
  ],
  [
    'an object in a span of another class',
    [BORN, [alloc(2, 1, 66), [PLACED, 1, 1]]],
    { counter: 'class of the span of a new object', expected: 66, actual: 65 },
  ],
  [
    'an object beyond the last slot',
    [BORN, [alloc(2), [PLACED, 1, 2]]],
    { counter: 'slot of a new object', expected: 1, actual: 2 },
  ],
])('it finds %s', (_, steps, misplaced) => {
  expect(followed(...steps).misplaced).toMatchObject(misplaced);
});

test('after a search that found nothing, sweeping for room may free a slot in vain', () => {
  const spans = followed(BORN, DROPPED, COLLECT, [
    alloc(2),
    [NONE_FREE, 0, 66],
    [SWEPT, 1, 0],
    [SPAN_ALLOCATED, 2, 0],
    [CACHED, 2, 0],
    [PLACED, 2, 0],
  ]);
  expect(spans.misplaced).toBeUndefined();
});
