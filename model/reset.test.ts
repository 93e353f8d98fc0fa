/** A reset heap keeps cleared memory of the size that a new heap has; whatever grew is gone. */
import { expect, test } from 'vitest';
import { clearBitmaps, newBitmaps, newSpanBits } from './mbitmap';
import { clearSweepBuf, newSweepBuf, push } from './mgcsweepbuf';
import { clearSpans, newSpan, newSpans, type Spans } from './mspan';

const FIRST_SPANS = newSpans().state.length;

function withSpans(count: number): Spans {
  const spans = newSpans();
  while (spans.length < count) newSpan(spans, spans.length, 1);
  spans.sweepgen.fill(7, 0, spans.length);
  return spans;
}

test.each([2, FIRST_SPANS])('%i span structures are cleared where they are', (count) => {
  const spans = withSpans(count);
  const { sweepgen, state } = spans;
  clearSpans(spans);
  expect(spans).toEqual(newSpans());
  expect([spans.sweepgen === sweepgen, spans.state === state]).toEqual([true, true]);
});

test('arrays of spans that grew are given up', () => {
  const spans = withSpans(FIRST_SPANS + 1);
  clearSpans(spans);
  expect(spans).toEqual(newSpans());
});

test('a stack of the sweep keeps the array that it began with, and no larger one', () => {
  const b = newSweepBuf();
  const first = b.spans;
  for (let s = 1; s <= first.length; s++) push(b, s);
  clearSweepBuf(b);
  expect([b.index, b.spans === first]).toEqual([0, true]);
  for (let s = 1; s <= first.length + 1; s++) push(b, s);
  clearSweepBuf(b);
  expect(b).toEqual(newSweepBuf());
});

test('bitmaps keep the words that they began with, cleared, and no more of them', () => {
  const bitmaps = newBitmaps();
  const first = bitmaps.words;
  const spans = withSpans(3);
  spans.nelems.fill(1024);
  newSpanBits(bitmaps, spans, 1);
  bitmaps.words.fill(-1, 0, bitmaps.used);
  bitmaps.freeBlocks[1].push(5);
  clearBitmaps(bitmaps);
  expect(bitmaps).toEqual(newBitmaps());
  expect(bitmaps.words).toBe(first);
  while (bitmaps.used <= first.length) newSpanBits(bitmaps, spans, 1);
  clearBitmaps(bitmaps);
  expect(bitmaps).toEqual(newBitmaps());
});
