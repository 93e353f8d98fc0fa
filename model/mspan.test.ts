/** Span structures: made, used again, and moved into larger arrays with all that they hold. */
import { expect, test } from 'vitest';
import {
  EMPTYMSPAN,
  NOT_IN_USE,
  NO_LIST,
  SPAN_DEAD,
  SPAN_FREE,
  clearSpans,
  elemsize,
  freeSpanStructure,
  newSpan,
  newSpans,
  type Spans,
} from './mspan';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from './sizeclasses';

const NO_FIELDS: ReadonlySet<string> = new Set(['freeStructures', 'sizeclassWords', 'allocCountWords']);

/** The arrays of all structures, by field; those of the free structures are no field of a span, nor are words of several. */
function fieldsOf(spans: Spans): readonly (readonly [string, Int32Array])[] {
  return Object.entries(spans).filter(([name, field]) => ArrayBuffer.isView(field) && !NO_FIELDS.has(name));
}

/** Returns the value of every array at a span structure. */
function structure(spans: Spans, s: number): Readonly<Record<string, number>> {
  return Object.fromEntries(fieldsOf(spans).map(([name, field]) => [name, field[s]]));
}

/** Writes another figure into every field of a structure. */
function scribble(spans: Spans, s: number): void {
  for (const [i, [, field]] of fieldsOf(spans).entries()) field[s] = 10 + i;
}

const FRESH = {
  state: SPAN_DEAD,
  sizeclass: NOT_IN_USE,
  incache: 0,
  allocCount: 0,
  freeindex: 0,
  nelems: 0,
  sweepgen: 0,
  list: NO_LIST,
};

test('without spans there is emptymspan alone, in no use, on no list, without a free slot', () => {
  const spans = newSpans(4);
  expect(spans.length).toBe(1);
  expect(structure(spans, EMPTYMSPAN)).toMatchObject(FRESH);
});

test('a structure that was freed is used again, the last one first, and nothing of it is left', () => {
  const spans = newSpans(8);
  expect([newSpan(spans, 0, 1), newSpan(spans, 1, 2), newSpan(spans, 3, 4)]).toEqual([1, 2, 3]);
  for (const s of [1, 3]) {
    scribble(spans, s);
    spans.state[s] = SPAN_FREE;
    freeSpanStructure(spans, s);
    expect(spans.state[s]).toBe(SPAN_DEAD);
  }
  expect([newSpan(spans, 17, 5), newSpan(spans, 22, 6), newSpan(spans, 28, 7)]).toEqual([3, 1, 4]);
  expect(structure(spans, 3)).toMatchObject({ ...FRESH, base: 17, npages: 5 });
  expect(structure(spans, 1)).toMatchObject({ ...FRESH, base: 22, npages: 6 });
  expect(structure(spans, 2)).toMatchObject({ ...FRESH, base: 1, npages: 2 });
});

test('arrays grow when every structure is taken and not before, and keep all that they hold', () => {
  const spans = newSpans(4);
  for (const s of [1, 2, 3]) expect(newSpan(spans, s, 1)).toBe(s);
  scribble(spans, 2);
  freeSpanStructure(spans, 3);
  freeSpanStructure(spans, 1);
  const before = [0, 1, 2, 3].map((s) => structure(spans, s));
  expect([newSpan(spans, 1, 1), newSpan(spans, 3, 1)]).toEqual([1, 3]);
  expect(spans.state.length).toBe(4);
  freeSpanStructure(spans, 3);
  freeSpanStructure(spans, 1);
  expect([newSpan(spans, 1, 1), newSpan(spans, 3, 1), newSpan(spans, 9, 2)]).toEqual([1, 3, 4]);
  expect(fieldsOf(spans).map(([, { length }]) => length)).toEqual(fieldsOf(spans).map(() => 8));
  expect([0, 2].map((s) => structure(spans, s))).toEqual([before[0], before[2]]);
  expect(structure(spans, 4)).toMatchObject({ ...FRESH, base: 9, npages: 2 });
  expect(spans.length).toBe(5);
});

test('cleared spans are as new ones, in the arrays that they have', () => {
  const spans = newSpans(4);
  for (let s = 1; s < 7; s++) newSpan(spans, s, 1);
  for (let s = 0; s < 7; s++) scribble(spans, s);
  freeSpanStructure(spans, 5);
  clearSpans(spans);
  expect(spans).toEqual(newSpans(8));
});

test("words of several spans are the same memory as the spans', also after they grew or were cleared", () => {
  const spans = newSpans(8);
  const expectShared = (): void => {
    for (let s = 0; s < spans.state.length; s++) {
      spans.sizeclass[s] = 1 + (s % 50);
      spans.allocCount[s] = 1000 * s;
    }
    expect([...new Uint8Array(spans.sizeclassWords.buffer)]).toEqual([...spans.sizeclass]);
    expect([...new Uint16Array(spans.allocCountWords.buffer)]).toEqual([...spans.allocCount]);
    expect([spans.sizeclassWords.length, spans.allocCountWords.length]).toEqual([
      spans.state.length / 4,
      spans.state.length / 2,
    ]);
  };
  expectShared();
  for (let s = 1; s < 9; s++) newSpan(spans, s, 1);
  expect(spans.state.length).toBe(16);
  expectShared();
  clearSpans(spans);
  expectShared();
});

test('a slot has the size of its class; that of a large span is all its pages', () => {
  const spans = newSpans(4);
  const s = newSpan(spans, 0, 7);
  const sizeOf = (sizeclass: number) => {
    spans.sizeclass[s] = sizeclass;
    return elemsize(spans, s);
  };
  expect(sizeOf(0)).toBe(7 * PAGE_SIZE_BYTES);
  const classes = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);
  expect(classes.map(sizeOf)).toEqual([...class_to_size.subarray(1)]);
});
