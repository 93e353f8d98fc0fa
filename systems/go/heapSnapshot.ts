/**
 * Loads the heap of a real Go 1.9, as its driver reports it (`spancheckSnapshot`), into a heap of the model. Whatever the
 * model's commands can touch is copied exactly, down to the order of each list: the spans of the classes that objects come
 * from, and the free runs. All other spans are there too, and stay as they are.
 */
import { newSpanBits } from '../../model/mbitmap';
import { bringIntoPlay, type Heap } from '../../model/mheap';
import { push, sweptSpans } from '../../model/mgcsweepbuf';
import { setSpanAtPage, spanAtPage } from '../../model/pagemap';
import { SPAN_FREE, SPAN_IN_USE, SPAN_MANUAL, freeSpanStructure, newSpan } from '../../model/mspan';
import { at } from '../../properties/at';
import { MAX_MHEAP_LIST, busy, empty, free, insertBack, nonempty } from '../../model/mspanlist';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from '../../model/sizeclasses';

const FREE = 0;
const MANUAL = 1;
/** A span in use has this kind plus its span class. */
const IN_USE = 2;

/** A span class is twice the size class, plus 1 without pointers. */
const NUM_SPAN_CLASSES = 2 * NUM_SIZE_CLASSES;

/** Loads a snapshot into a heap that has just been reset and has no spans. */
export function loadHeapSnapshot(h: Heap, numbers: readonly number[]): void {
  const snapshot = new NumberReader(numbers);
  const pages = snapshot.next();
  // All spans of a snapshot are swept.
  h.isSweepDone = true;
  h.arenaUsedPages = pages;
  for (let base = 0; base < pages;) base += loadSpan(h, base, snapshot);
  for (let left = snapshot.next(); left > 0; left--) push(sweptSpans(h), spanAtPage(h.pageToSpan, snapshot.next()));
  for (let spanClass = 0; spanClass < NUM_SPAN_CLASSES; spanClass++) {
    const sizeclass = sizeclassOf(spanClass);
    loadList(h, snapshot, sizeclass === 0 ? undefined : nonempty(sizeclass));
    loadList(h, snapshot, sizeclass === 0 ? undefined : empty(sizeclass));
  }
  for (let npages = 0; npages < MAX_MHEAP_LIST; npages++) loadList(h, snapshot, free(npages));
  for (let npages = 0; npages <= MAX_MHEAP_LIST; npages++) loadList(h, snapshot, busy(npages));
  addFreeStructures(h, snapshot.next());
}

/**
 * Returns the size class of a span class that the driver allocates from, and 0 for any other. It allocates objects without
 * pointers, except those of eight bytes, which would be tiny.
 */
function sizeclassOf(spanClass: number): number {
  const sizeclass = spanClass >> 1;
  const hasPointers = (spanClass & 1) === 0;
  return hasPointers === (sizeclass === 1) ? sizeclass : 0;
}

/** Loads one span, and returns its pages. */
function loadSpan(h: Heap, base: number, snapshot: NumberReader): number {
  const { spans } = h;
  const npages = snapshot.next();
  const kind = snapshot.next();
  const s = newSpan(spans, base, npages);
  setSpanAtPage(h.pageToSpan, base, s);
  setSpanAtPage(h.pageToSpan, base + npages - 1, s);
  const bytes = npages * PAGE_SIZE_BYTES;
  if (kind === FREE) {
    spans.state[s] = SPAN_FREE;
    h.heap_idle += bytes;
    h.heap_sys += bytes;
    if (npages >= MAX_MHEAP_LIST) insertBack(h.lists, spans, free(npages), s);
  } else if (kind === MANUAL) {
    spans.state[s] = SPAN_MANUAL;
  } else {
    h.heap_inuse += bytes;
    h.heap_sys += bytes;
    loadSpanInUse(h, s, kind - IN_USE, snapshot);
  }
  return npages;
}

function loadSpanInUse(h: Heap, s: number, spanClass: number, snapshot: NumberReader): void {
  const { spans, bitmaps } = h;
  const sizeclass = sizeclassOf(spanClass);
  spans.state[s] = SPAN_IN_USE;
  spans.sweepgen[s] = h.sweepgen;
  spans.sizeclass[s] = sizeclass;
  spans.nelems[s] = at(class_to_nelems, sizeclass);
  h.pagesInUse += at(spans.npages, s);
  newSpanBits(bitmaps, spans, s);
  // A span that the commands never touch stands for a large object that is never freed.
  spans.allocCount[s] = 1;
  spans.freeindex[s] = 1;
  if (spanClass >> 1 === 0) {
    bitmaps.words[at(spans.reachable, s)] = 1;
    return;
  }
  const allocCount = snapshot.next();
  const freeindex = snapshot.next();
  const isTouched = sizeclass !== 0;
  if (isTouched) {
    bringIntoPlay(h, sizeclass);
    spans.allocCount[s] = allocCount;
    spans.freeindex[s] = freeindex;
  } else {
    bitmaps.words[at(spans.reachable, s)] = 1;
  }
  const nelems = at(class_to_nelems, spanClass >> 1);
  for (let slot = 0; slot < nelems; slot += 8) {
    const allocated = snapshot.next() & (0xff >> Math.max(0, slot + 8 - nelems));
    if (!isTouched) continue;
    const below = slot >= freeindex ? 0 : 0xff >> Math.max(0, slot + 8 - freeindex);
    const shift = slot & 31;
    setBits(bitmaps.words, at(spans.allocBits, s) + (slot >> 5), allocated << shift);
    setBits(bitmaps.words, at(spans.reachable, s) + (slot >> 5), (allocated | below) << shift);
  }
}

function setBits(words: Int32Array | Uint32Array, word: number, bits: number): void {
  words[word] = at(words, word) | bits;
}

function loadList(h: Heap, snapshot: NumberReader, list: number | undefined): void {
  for (let left = snapshot.next(); left > 0; left--) {
    const s = spanAtPage(h.pageToSpan, snapshot.next());
    if (list !== undefined) insertBack(h.lists, h.spans, list, s);
  }
}

/** Adds free span structures: with as many as in the runtime, each one is reused when its counterpart is. */
function addFreeStructures(h: Heap, count: number): void {
  const unused = Array.from({ length: count }, () => newSpan(h.spans, 0, 0));
  for (const s of unused) freeSpanStructure(h.spans, s);
}

class NumberReader {
  private position = 0;

  constructor(private readonly numbers: readonly number[]) {}

  next(): number {
    return at(this.numbers, this.position++);
  }
}
