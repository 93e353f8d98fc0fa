/**
 * Doubly linked lists of spans: `mSpanList` of the runtime's mheap.go. A span is on at most one list. The lists know
 * nothing of their spans but the links; mcentral.ts and mheap.ts decide which list a span belongs on.
 *
 * Every list is a row of the same two arrays. First come the central lists, `nonempty` and `empty` of each class; then
 * the free lists of the page heap, one for each number of pages below `MAX_MHEAP_LIST`, and `freelarge`; then the lists
 * of large objects, `busy` and `busylarge`, in the same order.
 */
import { NO_LIST, type Spans } from './mspan';
import { NUM_SIZE_CLASSES } from './sizeclasses';
import { throw_ } from './throw';

/** Runs of fewer pages than this share a list with runs of their own length only (`_MaxMHeapList`). */
export const MAX_MHEAP_LIST = 128;

const NUM_LENGTHS = MAX_MHEAP_LIST + 1;

export const NUM_LISTS = 2 * NUM_SIZE_CLASSES + 2 * NUM_LENGTHS;

/** Returns the list of spans of a class that have a free slot and are not cached (`mcentral.nonempty`). */
export function nonempty(sizeclass: number): number {
  return 2 * sizeclass;
}

/** Returns the list of spans of a class that are full or cached (`mcentral.empty`). */
export function empty(sizeclass: number): number {
  return 2 * sizeclass + 1;
}

/** Returns the list of free runs of `npages` pages; all long runs share one (`mheap.free`, `mheap.freelarge`). */
export function free(npages: number): number {
  return 2 * NUM_SIZE_CLASSES + Math.min(npages, MAX_MHEAP_LIST);
}

/** Returns the list of large objects of `npages` pages, unswept ones first (`mheap.busy`, `mheap.busylarge`). */
export function busy(npages: number): number {
  return free(npages) + NUM_LENGTHS;
}

/** Returns the name that the runtime has for a list. */
export function listName(list: number): string {
  if (list < 2 * NUM_SIZE_CLASSES) return list % 2 === 0 ? 'nonempty' : 'empty';
  const isBusy = list >= busy(0);
  const npages = list - (isBusy ? busy(0) : free(0));
  return (isBusy ? 'busy' : 'free') + (npages === MAX_MHEAP_LIST ? 'large' : '');
}

/** The first and the last span of each list; 0 if the list is empty. */
export interface SpanLists {
  first: Int32Array;
  last: Int32Array;
}

export function newSpanLists(): SpanLists {
  return { first: new Int32Array(NUM_LISTS), last: new Int32Array(NUM_LISTS) };
}

/** Puts a span at the front of a list (`mSpanList.insert`). */
export function insert(lists: SpanLists, spans: Spans, list: number, s: number): void {
  if (spans.list[s] !== NO_LIST) throw_('mSpanList.insert');
  const second = lists.first[list];
  spans.next[s] = second;
  spans.prev[s] = 0;
  if (second !== 0) spans.prev[second] = s;
  else lists.last[list] = s;
  lists.first[list] = s;
  spans.list[s] = list;
}

/** Puts a span at the end of a list (`mSpanList.insertBack`). */
export function insertBack(lists: SpanLists, spans: Spans, list: number, s: number): void {
  if (spans.list[s] !== NO_LIST) throw_('mSpanList.insertBack');
  const before = lists.last[list];
  spans.next[s] = 0;
  spans.prev[s] = before;
  if (before !== 0) spans.next[before] = s;
  else lists.first[list] = s;
  lists.last[list] = s;
  spans.list[s] = list;
}

/** Takes a span off a list; throws if the span is not on it (`mSpanList.remove`). */
export function remove(lists: SpanLists, spans: Spans, list: number, s: number): void {
  if (spans.list[s] !== list) throw_('mSpanList.remove');
  const next = spans.next[s];
  const prev = spans.prev[s];
  if (prev !== 0) spans.next[prev] = next;
  else lists.first[list] = next;
  if (next !== 0) spans.prev[next] = prev;
  else lists.last[list] = prev;
  spans.list[s] = NO_LIST;
}
