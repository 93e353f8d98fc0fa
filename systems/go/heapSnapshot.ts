/**
 * The heap of a real Go 1.9 as its driver tells it (`spancheckWorld`), put into a heap of the model. What the model's
 * commands can touch is there as it is, to the order of each list: the spans of the classes that objects come from, and
 * the free runs. All other spans are there too, and stay as they are.
 */
import { newSpanBits } from '../../model/mbitmap';
import { bringIntoPlay, type Heap } from '../../model/mheap';
import { push, sweptSpans } from '../../model/mgcsweepbuf';
import { setSpanAtPage, spanAtPage } from '../../model/pagemap';
import { SPAN_FREE, SPAN_IN_USE, SPAN_MANUAL, freeSpanStructure, newSpan } from '../../model/mspan';
import { MAX_MHEAP_LIST, busy, empty, free, insertBack, nonempty } from '../../model/mspanlist';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from '../../model/sizeclasses';

const FREE = 0;
const MANUAL = 1;
/** A span in use is told as this and its span class. */
const IN_USE = 2;

/** Twice its size class, and 1 more without pointers. */
const NUM_SPAN_CLASSES = 2 * NUM_SIZE_CLASSES;

/** Puts the heap that `numbers` tell into a heap without spans, that has just been reset. */
export function loadHeapSnapshot(h: Heap, numbers: readonly number[]): void {
  const tale = new Tale(numbers);
  const pages = tale.next();
  // What lies in it is swept.
  h.isSweepDone = true;
  h.arenaUsedPages = pages;
  for (let base = 0; base < pages;) base += enterSpan(h, base, tale);
  for (let left = tale.next(); left > 0; left--) push(sweptSpans(h), spanAtPage(h.pageToSpan, tale.next()));
  for (let spanClass = 0; spanClass < NUM_SPAN_CLASSES; spanClass++) {
    const sizeclass = sizeclassOf(spanClass);
    enterList(h, tale, sizeclass === 0 ? undefined : nonempty(sizeclass));
    enterList(h, tale, sizeclass === 0 ? undefined : empty(sizeclass));
  }
  for (let npages = 0; npages < MAX_MHEAP_LIST; npages++) enterList(h, tale, free(npages));
  for (let npages = 0; npages <= MAX_MHEAP_LIST; npages++) enterList(h, tale, busy(npages));
  enterUnused(h, tale.next());
}

/**
 * The size class of a span class from which the driver allocates: all that has no pointers, but for objects of eight
 * bytes, which would be tiny. 0 for one that is not the model's.
 */
function sizeclassOf(spanClass: number): number {
  const sizeclass = spanClass >> 1;
  const hasPointers = (spanClass & 1) === 0;
  return hasPointers === (sizeclass === 1) ? sizeclass : 0;
}

/** Enters one span; answers with its pages. */
function enterSpan(h: Heap, base: number, tale: Tale): number {
  const { spans } = h;
  const npages = tale.next();
  const kind = tale.next();
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
    enterSpanInUse(h, s, kind - IN_USE, tale);
  }
  return npages;
}

function enterSpanInUse(h: Heap, s: number, spanClass: number, tale: Tale): void {
  const { spans, bitmaps } = h;
  const sizeclass = sizeclassOf(spanClass);
  spans.state[s] = SPAN_IN_USE;
  spans.sweepgen[s] = h.sweepgen;
  spans.sizeclass[s] = sizeclass;
  spans.nelems[s] = class_to_nelems[sizeclass];
  h.pagesInUse += spans.npages[s];
  newSpanBits(bitmaps, spans, s);
  // A span that is not the model's is as good as a large object that is never given up.
  spans.allocCount[s] = 1;
  spans.freeindex[s] = 1;
  if (spanClass >> 1 === 0) {
    bitmaps.words[spans.reachable[s]] = 1;
    return;
  }
  const allocCount = tale.next();
  const freeindex = tale.next();
  const isOurs = sizeclass !== 0;
  if (isOurs) {
    bringIntoPlay(h, sizeclass);
    spans.allocCount[s] = allocCount;
    spans.freeindex[s] = freeindex;
  } else {
    bitmaps.words[spans.reachable[s]] = 1;
  }
  const nelems = class_to_nelems[spanClass >> 1];
  for (let slot = 0; slot < nelems; slot += 8) {
    const allocated = tale.next() & (0xff >> Math.max(0, slot + 8 - nelems));
    if (!isOurs) continue;
    const below = slot >= freeindex ? 0 : 0xff >> Math.max(0, slot + 8 - freeindex);
    const shift = slot & 31;
    bitmaps.words[spans.allocBits[s] + (slot >> 5)] |= allocated << shift;
    bitmaps.words[spans.reachable[s] + (slot >> 5)] |= (allocated | below) << shift;
  }
}

function enterList(h: Heap, tale: Tale, list: number | undefined): void {
  for (let left = tale.next(); left > 0; left--) {
    const s = spanAtPage(h.pageToSpan, tale.next());
    if (list !== undefined) insertBack(h.lists, h.spans, list, s);
  }
}

/** Structures to use again: with as many, each structure here is used again when its fellow there is. */
function enterUnused(h: Heap, count: number): void {
  const unused = Array.from({ length: count }, () => newSpan(h.spans, 0, 0));
  for (const s of unused) freeSpanStructure(h.spans, s);
}

/** Numbers that are told one after the other. */
class Tale {
  private at = 0;

  constructor(private readonly numbers: readonly number[]) {}

  next(): number {
    if (this.at === this.numbers.length) throw new Error('the heap of the driver is told to no end');
    return this.numbers[this.at++];
  }
}
