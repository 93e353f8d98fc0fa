/**
 * The bitmaps of spans: `allocBits`, `gcmarkBits` and what reads them, from the runtime's mbitmap.go and
 * mgcsweep.go (`nextFreeIndex`, `countAlloc`). Rows of 32-bit words in one array; a freed row is
 * used again by the next span that needs one of its length.
 */
import type { Spans } from './mspan';

/** The longest row: 1,024 slots of class 1. */
const MAX_ROW_WORDS = 32;

/** A span has three rows side by side: allocated, marked, reachable. */
const ROWS_OF_A_SPAN = 3;

export interface Bitmaps {
  words: Int32Array;
  /** Words in use; the next new row starts here. */
  used: number;
  /** Free blocks of rows, by the words of one row. */
  readonly freeBlocks: number[][];
}

/** Words that there is room for at first. */
const FIRST_CAPACITY = 1024;

export function newBitmaps(): Bitmaps {
  return {
    words: new Int32Array(FIRST_CAPACITY),
    used: 0,
    freeBlocks: Array.from({ length: MAX_ROW_WORDS + 1 }, () => []),
  };
}

export function clearBitmaps(bitmaps: Bitmaps): void {
  if (bitmaps.words.length > FIRST_CAPACITY) bitmaps.words = new Int32Array(FIRST_CAPACITY);
  else bitmaps.words.fill(0, 0, bitmaps.used);
  bitmaps.used = 0;
  for (const blocks of bitmaps.freeBlocks) blocks.length = 0;
}

/** Gives a span its cleared rows; `nelems` must be set. */
export function newSpanBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const rowWords = wordsOf(spans.nelems[s]);
  const block = bitmaps.freeBlocks[rowWords].pop() ?? growBitmaps(bitmaps, rowWords * ROWS_OF_A_SPAN);
  clearWords(bitmaps.words, block, rowWords * ROWS_OF_A_SPAN);
  spans.allocBits[s] = block;
  spans.gcmarkBits[s] = block + rowWords;
  spans.reachable[s] = block + 2 * rowWords;
}

/** Takes a span's rows back. */
export function freeSpanBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const block = Math.min(spans.allocBits[s], spans.gcmarkBits[s]);
  bitmaps.freeBlocks[wordsOf(spans.nelems[s])].push(block);
}

/** The first free slot from `freeindex` on, or `nelems` if there is none. */
export function nextFreeIndex(bitmaps: Bitmaps, spans: Spans, s: number): number {
  const nelems = spans.nelems[s];
  let slot = spans.freeindex[s];
  const row = spans.allocBits[s];
  while (slot < nelems) {
    const free = ~bitmaps.words[row + (slot >> 5)] >>> (slot & 31);
    if (free !== 0) {
      const found = slot + countTrailingZeros(free);
      return found < nelems ? found : nelems;
    }
    slot = (slot | 31) + 1;
  }
  return nelems;
}

/** Marked slots of a span (`mspan.countAlloc`: what a sweep leaves allocated). */
export function countAlloc(bitmaps: Bitmaps, spans: Spans, s: number): number {
  return countBits(bitmaps.words, spans.gcmarkBits[s], 0, spans.nelems[s]);
}

/** Slots that the bitmap and `freeindex` say are allocated. */
export function countAllocated(bitmaps: Bitmaps, spans: Spans, s: number): number {
  const freeindex = spans.freeindex[s];
  return freeindex + countBits(bitmaps.words, spans.allocBits[s], freeindex, spans.nelems[s]);
}

/** Says whether the program still refers to the slot. */
export function setReachable(bitmaps: Bitmaps, spans: Spans, s: number, slot: number, reachable: boolean): void {
  const word = spans.reachable[s] + (slot >> 5);
  const bit = 1 << (slot & 31);
  if (reachable) bitmaps.words[word] |= bit;
  else bitmaps.words[word] &= ~bit;
}

export function isReachable(bitmaps: Bitmaps, spans: Spans, s: number, slot: number): boolean {
  return (bitmaps.words[spans.reachable[s] + (slot >> 5)] & (1 << (slot & 31))) !== 0;
}

/** Marks what is reachable: the whole of the mark phase, for one span. */
export function markReachable(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const { words } = bitmaps;
  const marked = spans.gcmarkBits[s];
  const reachable = spans.reachable[s];
  const rowWords = wordsOf(spans.nelems[s]);
  for (let w = 0; w < rowWords; w++) words[marked + w] = words[reachable + w];
}

/** After a sweep the mark bits are the allocation bits, and the next cycle starts with none marked. */
export function swapMarkBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const marked = spans.gcmarkBits[s];
  const stale = spans.allocBits[s];
  spans.allocBits[s] = marked;
  spans.gcmarkBits[s] = stale;
  clearWords(bitmaps.words, stale, wordsOf(spans.nelems[s]));
}

/** Words of one row. */
export function wordsOf(nelems: number): number {
  return (nelems + 31) >> 5;
}

function growBitmaps(bitmaps: Bitmaps, words: number): number {
  const block = bitmaps.used;
  bitmaps.used += words;
  if (bitmaps.used > bitmaps.words.length) {
    const larger = new Int32Array(Math.max(bitmaps.used, bitmaps.words.length * 2));
    larger.set(bitmaps.words);
    bitmaps.words = larger;
  }
  return block;
}

/** Rows are short: a loop is done before `fill` has begun. */
function clearWords(words: Int32Array, from: number, length: number): void {
  const end = from + length;
  for (let w = from; w < end; w++) words[w] = 0;
}

/** Set bits of a row in the slots from `from` to before `to`. */
function countBits(words: Int32Array, row: number, from: number, to: number): number {
  if (from >= to) return 0;
  const last = row + ((to - 1) >> 5);
  // The first and the last word count from their first and to their last bit; a word may be both.
  let mask = -1 << (from & 31);
  let count = 0;
  for (let w = row + (from >> 5); w < last; w++) {
    const word = words[w] & mask;
    if (word !== 0) count += popcount(word);
    mask = -1;
  }
  return count + popcount(words[last] & mask & (-1 >>> (31 - ((to - 1) & 31))));
}

function popcount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function countTrailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word);
}
