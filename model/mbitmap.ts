/**
 * The bitmaps of spans, `allocBits` and `gcmarkBits`, and the functions that read them, from the runtime's mbitmap.go
 * and mgcsweep.go. All bitmaps are rows of 32-bit words in one array; the next span that needs a row of the same length
 * reuses a freed one. The heap bitmap, which says where pointers are, is not modelled: a third row, `reachable`, stands
 * in for the object graph.
 */
import type { Spans } from './mspan';

/** The longest row: 1,024 slots of class 1. */
const MAX_ROW_WORDS = 32;

/** The rows of a span, side by side: allocated, marked, reachable. */
const ROWS_OF_A_SPAN = 3;

export interface Bitmaps {
  words: Int32Array;
  /** Words in use. The next new row starts here. */
  used: number;
  /** Free blocks of three rows, indexed by the words of one row. */
  readonly freeBlocks: number[][];
}

/** Words that a new array has room for. */
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

/** Gives a span three cleared rows (`newAllocBits`, `newMarkBits`); `nelems` must be set. */
export function newSpanBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const rowWords = wordsOf(spans.nelems[s]);
  const block = bitmaps.freeBlocks[rowWords].pop() ?? growBitmaps(bitmaps, rowWords * ROWS_OF_A_SPAN);
  clearWords(bitmaps.words, block, rowWords * ROWS_OF_A_SPAN);
  spans.allocBits[s] = block;
  spans.gcmarkBits[s] = block + rowWords;
  spans.reachable[s] = block + 2 * rowWords;
}

/** Takes the rows of a span back. */
export function freeSpanBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const block = Math.min(spans.allocBits[s], spans.gcmarkBits[s]);
  bitmaps.freeBlocks[wordsOf(spans.nelems[s])].push(block);
}

/** Returns the first free slot from `freeindex` on, or `nelems` if there is none (`mspan.nextFreeIndex`). */
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

/** Counts the marked slots of a span, which a sweep leaves allocated (`mspan.countAlloc`). */
export function countAlloc(bitmaps: Bitmaps, spans: Spans, s: number): number {
  return countBits(bitmaps.words, spans.gcmarkBits[s], 0, spans.nelems[s]);
}

/** Counts the slots that are allocated according to the bitmap and `freeindex`. */
export function countAllocated(bitmaps: Bitmaps, spans: Spans, s: number): number {
  const freeindex = spans.freeindex[s];
  return freeindex + countBits(bitmaps.words, spans.allocBits[s], freeindex, spans.nelems[s]);
}

/** Records whether the program still refers to a slot. */
export function setReachable(bitmaps: Bitmaps, spans: Spans, s: number, slot: number, reachable: boolean): void {
  const word = spans.reachable[s] + (slot >> 5);
  const bit = 1 << (slot & 31);
  if (reachable) bitmaps.words[word] |= bit;
  else bitmaps.words[word] &= ~bit;
}

export function isReachable(bitmaps: Bitmaps, spans: Spans, s: number, slot: number): boolean {
  return (bitmaps.words[spans.reachable[s] + (slot >> 5)] & (1 << (slot & 31))) !== 0;
}

/** Marks the reachable slots of one span; this is the whole mark phase. */
export function markReachable(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const { words } = bitmaps;
  const marked = spans.gcmarkBits[s];
  const reachable = spans.reachable[s];
  const rowWords = wordsOf(spans.nelems[s]);
  for (let w = 0; w < rowWords; w++) words[marked + w] = words[reachable + w];
}

/** Makes the mark bits the allocation bits, as a sweep does, and clears the mark bits for the next cycle. */
export function swapMarkBits(bitmaps: Bitmaps, spans: Spans, s: number): void {
  const marked = spans.gcmarkBits[s];
  const stale = spans.allocBits[s];
  spans.allocBits[s] = marked;
  spans.gcmarkBits[s] = stale;
  clearWords(bitmaps.words, stale, wordsOf(spans.nelems[s]));
}

/** Returns the words of one row. */
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

/** Clears words in a loop: rows are so short that a call of `fill` would cost more. */
function clearWords(words: Int32Array, from: number, length: number): void {
  const end = from + length;
  for (let w = from; w < end; w++) words[w] = 0;
}

/** Counts the set bits of a row in the slots from `from` to before `to`. */
function countBits(words: Int32Array, row: number, from: number, to: number): number {
  if (from >= to) return 0;
  const last = row + ((to - 1) >> 5);
  // Only part of the first and of the last word counts; both may be the same word.
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
