/**
 * The lists and caches: every span must be on the list, or in the cache cell, that its state demands, once. The slots
 * of a span are checked in spans.ts, its pages in pageHeap.ts.
 */
import type { Defect } from './defect';
import type { Heap } from '../mheap';
import { EMPTYMSPAN, NO_LIST, SPAN_DEAD, SPAN_FREE, SPAN_IN_USE, type Spans } from '../mspan';
import { NUM_LISTS, busy, empty, free, listName, nonempty } from '../mspanlist';
import { NUM_SIZE_CLASSES } from '../sizeclasses';

/** Returns the first defect of any list or cache. O(spans + lists + Ps · classes). */
export function listsDefect(h: Heap): Defect | undefined {
  return linksDefect(h) ?? membershipDefect(h) ?? cachesDefect(h);
}

/** Checks that each list is linked both ways and ends, and that exactly its own spans claim to be on it. */
function linksDefect(h: Heap): Defect | undefined {
  const { first, last } = h.lists;
  const { list, next, prev, length } = h.spans;
  let listed = 0;
  for (let l = 0; l < NUM_LISTS; l++) {
    if (first[l] === 0 && last[l] === 0) continue;
    let before = 0;
    for (let s = first[l]; s !== 0; s = next[s]) {
      if (list[s] !== l)
        return { what: `span on ${listName(l)} that is not its list`, span: s, expected: list[s], actual: l };
      if (prev[s] !== before) return { what: `prev on ${listName(l)}`, span: s, expected: before, actual: prev[s] };
      if (++listed > length) return { what: 'list without an end', span: s, expected: length, actual: listed };
      before = s;
    }
    if (last[l] !== before) return { what: `last of ${listName(l)}`, span: last[l], expected: before, actual: last[l] };
  }
  const { state } = h.spans;
  let claimed = 0;
  for (let s = 1; s < length; s++) if (list[s] !== NO_LIST && state[s] !== SPAN_DEAD) claimed++;
  return claimed === listed
    ? undefined
    : { what: 'spans that say they are on a list', expected: listed, actual: claimed };
}

/** Checks that each span is on the right list; `linksDefect` has checked the links. */
function membershipDefect(h: Heap): Defect | undefined {
  const { spans } = h;
  for (let s = 1; s < spans.length; s++) if (spans.list[s] !== listFor(spans, s)) return spanListDefect(h, s);
  return undefined;
}

/**
 * Checks that one span is on the list that its state, its free slots and its cache demand, and that it is linked to its
 * neighbours there. A full span whose objects have all died stays on `empty` until it is swept. O(1).
 */
export function spanListDefect(h: Heap, s: number): Defect | undefined {
  const { spans } = h;
  const expected = listFor(spans, s);
  const actual = spans.list[s];
  if (actual !== expected) return { what: 'list', span: s, class: spans.sizeclass[s], expected, actual };
  if (actual === NO_LIST) return undefined;
  const { next, prev } = spans;
  const behind = prev[s] === 0 ? h.lists.first[actual] : next[prev[s]];
  if (behind !== s) return { what: `span behind prev on ${listName(actual)}`, span: s, expected: s, actual: behind };
  const ahead = next[s] === 0 ? h.lists.last[actual] : prev[next[s]];
  return ahead === s
    ? undefined
    : { what: `span ahead of next on ${listName(actual)}`, span: s, expected: s, actual: ahead };
}

/** Returns the list that the state, the free slots and the cache of a span demand. */
function listFor(spans: Spans, s: number): number {
  const state = spans.state[s];
  if (state === SPAN_FREE) return free(spans.npages[s]);
  const c = spans.sizeclass[s];
  if (state !== SPAN_IN_USE) return NO_LIST;
  if (c === 0) return busy(spans.npages[s]);
  return spans.incache[s] !== 0 || spans.allocCount[s] === spans.nelems[s] ? empty(c) : nonempty(c);
}

/**
 * Checks that a fresh span was allocated for a reason: the first span on `empty` is swept, so that no sweep could have
 * found a free slot instead. O(1).
 */
export function freshSpanDefect(h: Heap, s: number): Defect | undefined {
  const c = h.spans.sizeclass[s];
  if (c === 0 || c >= NUM_SIZE_CLASSES) return undefined;
  const first = h.lists.first[empty(c)];
  if (first === 0 || h.spans.sweepgen[first] !== h.sweepgen - 2) return undefined;
  return {
    what: 'sweepgen of a span that was passed over for a fresh one',
    span: first,
    class: c,
    expected: h.sweepgen,
    actual: h.spans.sweepgen[first],
  };
}

/**
 * Checks that each cached span is swept and in one cell of its own class, and that no other span claims to be cached.
 */
function cachesDefect(h: Heap): Defect | undefined {
  const { incache, length } = h.spans;
  const { alloc } = h.mcaches;
  let held = 0;
  for (let cell = 0; cell < h.gomaxprocs * NUM_SIZE_CLASSES; cell++) {
    if (alloc[cell] === EMPTYMSPAN) continue;
    held++;
    const defect = cellDefect(h, Math.floor(cell / NUM_SIZE_CLASSES), cell % NUM_SIZE_CLASSES);
    if (defect !== undefined) return defect;
  }
  let claimed = 0;
  for (let s = 1; s < length; s++) claimed += incache[s];
  return claimed === held ? undefined : { what: 'spans that say they are cached', expected: held, actual: claimed };
}

/** Checks the span in one cell of a cache. */
export function cellDefect(h: Heap, p: number, c: number): Defect | undefined {
  const { state, sizeclass, incache, sweepgen } = h.spans;
  const s = h.mcaches.alloc[p * NUM_SIZE_CLASSES + c];
  if (s === EMPTYMSPAN) return undefined;
  if (state[s] !== SPAN_IN_USE)
    return { what: 'state of a cached span', span: s, class: c, p, expected: SPAN_IN_USE, actual: state[s] };
  if (sizeclass[s] !== c)
    return { what: 'class of a cached span', span: s, class: c, p, expected: c, actual: sizeclass[s] };
  if (incache[s] !== 1)
    return { what: 'incache of a cached span', span: s, class: c, p, expected: 1, actual: incache[s] };
  return sweepgen[s] === h.sweepgen
    ? undefined
    : { what: 'sweepgen of a cached span', span: s, class: c, p, expected: h.sweepgen, actual: sweepgen[s] };
}
