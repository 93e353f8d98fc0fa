/** Tests freegc with made-up events: what the ledgers conclude from them, and each way in which the events can be wrong. */
import { describe, expect, test } from 'vitest';
import { CACHED, PLACED, REUSED, SPAN_ALLOCATED, UNCACHED, emit, newEvents } from '../../model/events';
import type { Command } from '../trace/command';
import { CACHE_EMPTY, CACHE_FRESH, CACHE_USED, Ledger } from './ledger';
import { HANDED_OUT_AGAIN, HANDED_OUT_AGAIN_ELSEWHERE, LOST_WITH_A_REFILL } from './coverageBits';
import { SpanLedger } from './spanLedger';

type Told = readonly (readonly [kind: number, span: number, argument: number])[];

const alloc = (count: number, name: number, p = 0, sizeclass = 5): Command => ({
  op: 'smallAlloc',
  p,
  class: sizeclass,
  count,
  name,
});
const freegc = (object: number, p = 0): Command => ({ op: 'freegc', p, object });
const placed = (span: number, first: number, count: number): Told =>
  Array.from({ length: count }, (_, i) => [PLACED, span, first + i]);

/** Two objects in span 1, which P 0 has cached, in slots 0 and 1. */
const BORN: Told = [[SPAN_ALLOCATED, 1, 0], [CACHED, 1, 0], ...placed(1, 0, 2)];
const START: readonly (readonly [Command, Told])[] = [
  [alloc(2, 1), BORN],
  [freegc(1), []],
];

/** Follows the steps and tells what the last one came to. */
function followed(steps: readonly (readonly [Command, Told])[], procs = 2, readsEachStep = false) {
  const ledger = new Ledger();
  const spans = new SpanLedger();
  ledger.reset(procs, readsEachStep);
  spans.reset();
  for (const [command, told] of steps) {
    expect(ledger.obstacle(command)).toBeUndefined();
    const events = newEvents();
    for (const [kind, span, argument] of told) emit(events, kind, span, argument);
    ledger.apply(command);
    spans.follow(command, ledger, events);
  }
  return {
    misplaced: spans.misplaced,
    mallocs: ledger.mallocs[5],
    live: spans.liveSlots[5],
    coverageBits: spans.coverageBits,
    ledger,
    spans,
  };
}

test('what is handed out again is no malloc, its slot was live all the while, and a collection does not find it dead', () => {
  const again = followed([...START, [alloc(1, 2), [[REUSED, 1, 0]]]]);
  expect(again).toMatchObject({ misplaced: undefined, mallocs: 2, live: 2, coverageBits: HANDED_OUT_AGAIN });
  const more = followed([
    ...START,
    [
      alloc(3, 2),
      [
        [REUSED, 1, 0],
        [REUSED, 1, 1],
        [PLACED, 1, 2],
      ],
    ],
  ]);
  expect(more).toMatchObject({ misplaced: undefined, mallocs: 3, live: 3 });
  const { spans } = followed([
    ...START,
    [alloc(1, 2), [[REUSED, 1, 0]]],
    [{ op: 'gcStart', p: 0 }, [[UNCACHED, 1, 0]]],
  ]);
  expect(spans.heapLive).toBe(64);
});

describe('what the moves cannot be', () => {
  test.each<[string, readonly (readonly [Command, Told])[], { counter: string; expected: number; actual: number }]>([
    [
      'a new slot before those given back',
      [...START, [alloc(1, 2), [[PLACED, 1, 2]]]],
      { counter: 'slots that freegc gave back and that were passed over', expected: 0, actual: 2 },
    ],
    [
      'the first given back, first',
      [...START, [alloc(1, 2), [[REUSED, 1, 1]]]],
      { counter: 'slot that is handed out again', expected: 0, actual: 1 },
    ],
    [
      'a slot of another span',
      [...START, [alloc(1, 2), [[REUSED, 2, 0]]]],
      { counter: 'span of a slot that is handed out again', expected: 1, actual: 2 },
    ],
    [
      'one slot twice',
      [
        ...START,
        [
          alloc(3, 2),
          [
            [REUSED, 1, 0],
            [REUSED, 1, 1],
            [REUSED, 1, 1],
          ],
        ],
      ],
      { counter: 'slots handed out again that freegc did not give back', expected: 0, actual: 1 },
    ],
    [
      'by another P',
      [...START, [alloc(1, 2, 1), [[REUSED, 1, 0]]]],
      { counter: 'slots handed out again that freegc did not give back', expected: 0, actual: 1 },
    ],
    [
      'for an object with pointers',
      [...START, [{ ...alloc(1, 2), pointers: true } as Command, [[REUSED, 1, 0]]]],
      { counter: 'slots handed out again that freegc did not give back', expected: 0, actual: 1 },
    ],
    [
      'as a slot that is free',
      [
        ...START,
        [
          alloc(3, 2),
          [
            [REUSED, 1, 0],
            [REUSED, 1, 1],
            [PLACED, 1, 1],
          ],
        ],
      ],
      { counter: 'objects in one slot', expected: 1, actual: 2 },
    ],
  ])('%s', (_, steps, drift) => {
    expect(followed(steps).misplaced).toMatchObject(drift);
  });
});

describe('what flushes a P has it forget what it may hand out again', () => {
  test.each<[Command, Told, number]>([
    [{ op: 'readMemStats' }, [[UNCACHED, 1, 0]], 0],
    [{ op: 'gcStart', p: 1 }, [[UNCACHED, 1, 0]], 0],
    [{ op: 'uncacheSpan', p: 0, class: 5 }, [[UNCACHED, 1, 0]], 0],
    [
      { op: 'cacheSpan', p: 0, class: 5 },
      [
        [UNCACHED, 1, 0],
        [CACHED, 1, 0],
      ],
      0,
    ],
    [{ op: 'setProcs', procs: 1 }, [], 2],
    [
      { op: 'cacheSpan', p: 1, class: 5 },
      [
        [SPAN_ALLOCATED, 2, 0],
        [CACHED, 2, 1],
      ],
      2,
    ],
  ])('%j', (command, told, left) => {
    const { ledger } = followed([...START, [command, told]]);
    expect(ledger.reusable.of(0, 5)).toBe(left);
  });

  test('a P that goes', () => {
    const born: Told = [
      [SPAN_ALLOCATED, 1, 0],
      [CACHED, 1, 1],
      [PLACED, 1, 0],
    ];
    const { ledger } = followed([
      [alloc(1, 1, 1), born],
      [freegc(1, 1), []],
      [{ op: 'setProcs', procs: 1 }, [[UNCACHED, 1, 1]]],
      [{ op: 'setProcs', procs: 2 }, []],
    ]);
    expect(ledger.reusable.of(1, 5)).toBe(0);
  });

  test('a read after each step', () => {
    const { ledger, misplaced } = followed(
      [
        [alloc(2, 1), [...BORN, [UNCACHED, 1, 0]]],
        [freegc(1), []],
        [
          alloc(1, 2),
          [
            [CACHED, 1, 0],
            [PLACED, 1, 2],
            [UNCACHED, 1, 0],
          ],
        ],
      ],
      2,
      true,
    );
    expect({ misplaced, reusable: ledger.reusable.of(0, 5) }).toEqual({ misplaced: undefined, reusable: 0 });
  });

  test('a refill for a tiny block, of its class', () => {
    const born: Told = [
      [SPAN_ALLOCATED, 1, 0],
      [CACHED, 1, 0],
      [PLACED, 1, 0],
    ];
    const { ledger, coverageBits, misplaced } = followed([
      [alloc(1, 1, 0, 2), born],
      [freegc(1), []],
      [
        { op: 'tinyAlloc', p: 0, size: 1, name: 2 },
        [
          [CACHED, 1, 0],
          [PLACED, 1, 1],
        ],
      ],
    ]);
    expect({ misplaced, reusable: ledger.reusable.of(0, 2), lost: coverageBits & LOST_WITH_A_REFILL }).toEqual({
      misplaced: undefined,
      reusable: 0,
      lost: LOST_WITH_A_REFILL,
    });
  });
});

test('a cached span stays fresh while only objects of elsewhere are handed out', () => {
  const steps = [
    ...START,
    [
      { op: 'cacheSpan', p: 1, class: 5 },
      [
        [SPAN_ALLOCATED, 2, 0],
        [CACHED, 2, 1],
      ],
    ],
  ] as const;
  const given: Command = alloc(1, 2, 0, 5);
  const fresh = followed([...steps, [given, [[REUSED, 1, 0]]], [freegc(2, 1), []], [alloc(1, 3, 1), [[REUSED, 1, 0]]]]);
  expect([fresh.misplaced, fresh.ledger.cacheOf(1, 5), fresh.coverageBits]).toEqual([
    undefined,
    CACHE_FRESH,
    HANDED_OUT_AGAIN | HANDED_OUT_AGAIN_ELSEWHERE,
  ]);
  expect(fresh.ledger.obstacle({ op: 'readMemStats' })).toBeDefined();
  expect(followed([...steps, [alloc(1, 3, 1), [[PLACED, 2, 0]]]]).ledger.cacheOf(1, 5)).toBe(CACHE_USED);
  expect(followed(START.slice(0, 1)).ledger.cacheOf(1, 5)).toBe(CACHE_EMPTY);
});

test('of tiny, large and zero-sized objects, and of class 1, nothing is handed out again; objects with pointers are not given back', () => {
  const ledger = new Ledger();
  ledger.reset(1);
  const births: readonly Command[] = [
    { op: 'tinyAlloc', p: 0, size: 7, name: 1 },
    { op: 'tinyAlloc', p: 0, size: 0, name: 2 },
    { op: 'largeAlloc', p: 0, size: 40_000, name: 3 },
    alloc(1, 4, 0, 1),
    alloc(1, 5, 0, 66),
  ];
  for (const command of births) ledger.apply(command);
  expect([1, 2, 3, 4, 5].map((name) => ledger.isReusable(name))).toEqual([false, false, false, false, true]);
  ledger.apply({ ...alloc(1, 6), pointers: true } as Command);
  expect(ledger.obstacle(freegc(6))).toBe('freegc takes no objects with pointers');
  expect(ledger.obstacle(freegc(1))).toBeUndefined();
  ledger.apply(freegc(1));
  expect(ledger.obstacle(freegc(1))).toBe('the object is not in play');
  expect(ledger.dropped[2]).toBe(1);
});
