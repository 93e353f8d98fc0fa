/** The bitmaps of spans against rows of booleans: what is asked of words must be what the slots say, at every word's edge. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  countAlloc,
  countAllocated,
  freeSpanBits,
  isReachable,
  markReachable,
  newBitmaps,
  newSpanBits,
  nextFreeIndex,
  setReachable,
  swapMarkBits,
  wordsOf,
  type Bitmaps,
} from './mbitmap';
import { newSpan, newSpans, type Spans } from './mspan';
import { class_to_nelems } from './sizeclasses';

const MAX_NELEMS = Math.max(...class_to_nelems);

interface Bits {
  readonly bitmaps: Bitmaps;
  readonly spans: Spans;
}

/** Spans of so many slots each, numbered from 1. */
function spansOf(...nelems: readonly number[]): Bits {
  const spans = newSpans(nelems.length + 1);
  const bitmaps = newBitmaps();
  for (const [i, slots] of nelems.entries()) {
    const s = newSpan(spans, i, 1);
    spans.nelems[s] = slots;
    newSpanBits(bitmaps, spans, s);
  }
  return { bitmaps, spans };
}

/** Writes a row as the slots say, one bit a slot. */
function write({ bitmaps }: Bits, row: number, slots: readonly boolean[]): void {
  for (const [slot, isSet] of slots.entries())
    if (isSet) bitmaps.words[row + Math.floor(slot / 32)] |= 2 ** (slot % 32);
}

/** The slots of a row, read bit by bit. */
function read({ bitmaps }: Bits, row: number, nelems: number): readonly boolean[] {
  return Array.from(
    { length: nelems },
    (_, slot) => Math.floor(bitmaps.words[row + Math.floor(slot / 32)] / 2 ** (slot % 32)) % 2 !== 0,
  );
}

const isSet = (slot: boolean): boolean => slot;

/** Slots of a span: few words, the last of them full, all but one slot full, or begun; free and taken ones lie in runs. */
const SLOTS = fc
  .tuple(
    fc.constantFrom(1, 7, 31, 32, 33, 63, 64, 65, 96, 102, 128, 1024),
    fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 70 })), { minLength: 1, maxLength: 40 }),
  )
  .map(([nelems, runs]) => {
    const slots = runs.flatMap(([taken, length]) => Array<boolean>(length).fill(taken));
    return Array.from({ length: nelems }, (_, slot) => slots[slot % slots.length]);
  });

const FREEINDEX = fc.double({ min: 0, max: 1, noNaN: true });

test('a search finds the first free slot from freeindex on', () => {
  fc.assert(
    fc.property(SLOTS, FREEINDEX, (slots, from) => {
      const bits = spansOf(slots.length);
      write(bits, bits.spans.allocBits[1], slots);
      const freeindex = Math.round(from * slots.length);
      bits.spans.freeindex[1] = freeindex;
      const free = slots.indexOf(false, freeindex);
      expect(nextFreeIndex(bits.bitmaps, bits.spans, 1)).toBe(free < 0 ? slots.length : free);
    }),
    { seed: 1, numRuns: 400 },
  );
});

test('marked slots are counted, and allocated ones: all below freeindex, and those whose bit is set', () => {
  fc.assert(
    fc.property(SLOTS, FREEINDEX, (slots, from) => {
      const bits = spansOf(slots.length);
      const { bitmaps, spans } = bits;
      write(bits, spans.gcmarkBits[1], slots);
      expect(countAlloc(bitmaps, spans, 1)).toBe(slots.filter(isSet).length);
      expect(countAllocated(bitmaps, spans, 1)).toBe(0);
      write(bits, spans.allocBits[1], slots);
      const freeindex = Math.round(from * slots.length);
      spans.freeindex[1] = freeindex;
      expect(countAllocated(bitmaps, spans, 1)).toBe(freeindex + slots.slice(freeindex).filter(isSet).length);
    }),
    { seed: 2, numRuns: 400 },
  );
});

test('a slot is reachable from when it is said to be until it is said not to be, and no other with it', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 95 }), fc.boolean()), { maxLength: 60 }), (changes) => {
      const bits = spansOf(96, 96, 96);
      const { bitmaps, spans } = bits;
      const expected = Array<boolean>(96).fill(false);
      for (const [slot, reachable] of changes) {
        setReachable(bitmaps, spans, 2, slot, reachable);
        expected[slot] = reachable;
      }
      expect(expected.map((_, slot) => isReachable(bitmaps, spans, 2, slot))).toEqual(expected);
      expect(read(bits, spans.reachable[2], 96)).toEqual(expected);
      expect([1, 3].some((s) => read(bits, spans.reachable[s], 96).some(isSet))).toBe(false);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test('a mark phase marks what is reachable; a sweep makes that what is allocated, and leaves no marks', () => {
  fc.assert(
    fc.property(SLOTS, SLOTS, (reachable, before) => {
      const nelems = reachable.length;
      const bits = spansOf(5, nelems, 5);
      const { bitmaps, spans } = bits;
      write(bits, spans.reachable[2], reachable);
      write(bits, spans.allocBits[2], before.slice(0, nelems));
      write(bits, spans.gcmarkBits[2], before.slice(0, nelems));
      markReachable(bitmaps, spans, 2);
      expect(read(bits, spans.gcmarkBits[2], nelems)).toEqual(reachable);
      swapMarkBits(bitmaps, spans, 2);
      expect(read(bits, spans.allocBits[2], nelems)).toEqual(reachable);
      expect(read(bits, spans.gcmarkBits[2], nelems).some(isSet)).toBe(false);
      expect(read(bits, spans.reachable[2], nelems)).toEqual(reachable);
    }),
    { seed: 4, numRuns: 200 },
  );
});

test('a row has a bit for every slot and no word more', () => {
  const nelems = Array.from({ length: MAX_NELEMS }, (_, i) => i + 1);
  expect(nelems.filter((slots) => wordsOf(slots) !== Math.ceil(slots / 32))).toEqual([]);
});

test('rows are clear and nobody else writes them, also where the words had to grow and where they are used again', () => {
  const bits = spansOf(...Array<number>(40).fill(MAX_NELEMS), 33, 1);
  const { bitmaps, spans } = bits;
  const rowsOf = (s: number) => [spans.allocBits[s], spans.gcmarkBits[s], spans.reachable[s]];
  const all = Array.from({ length: spans.length - 1 }, (_, i) => i + 1);
  for (const s of all) for (const row of rowsOf(s)) bitmaps.words.fill(s, row, row + wordsOf(spans.nelems[s]));
  const isIts = (s: number) =>
    rowsOf(s).every((row) => bitmaps.words.subarray(row, row + wordsOf(spans.nelems[s])).every((word) => word === s));
  expect(all.filter((s) => !isIts(s))).toEqual([]);

  const used = bitmaps.used;
  swapMarkBits(bitmaps, spans, 7);
  for (const s of [7, 41]) freeSpanBits(bitmaps, spans, s);
  for (const s of [41, 7]) newSpanBits(bitmaps, spans, s);
  expect(bitmaps.used).toBe(used);
  expect([7, 41].filter((s) => rowsOf(s).some((row) => read(bits, row, spans.nelems[s]).some(isSet)))).toEqual([]);
  expect(all.filter((s) => s !== 7 && s !== 41 && !isIts(s))).toEqual([]);
});

test('words grow when all are used, and keep what is written', () => {
  const bits = spansOf(MAX_NELEMS);
  const { bitmaps, spans } = bits;
  setReachable(bitmaps, spans, 1, 5, true);
  const { length } = bitmaps.words;
  spans.nelems[0] = MAX_NELEMS;
  while (bitmaps.used + 3 * wordsOf(MAX_NELEMS) <= length) newSpanBits(bitmaps, spans, 0);
  expect(bitmaps.words.length).toBe(length);
  for (spans.nelems[0] = 1; bitmaps.used + 3 <= length;) newSpanBits(bitmaps, spans, 0);
  expect(bitmaps.words.length).toBe(length);
  while (bitmaps.used <= length) newSpanBits(bitmaps, spans, 0);
  expect(bitmaps.words.length).toBeGreaterThanOrEqual(2 * length);
  expect(isReachable(bitmaps, spans, 1, 5)).toBe(true);
});
