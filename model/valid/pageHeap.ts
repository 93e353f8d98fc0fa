/**
 * The page heap: spans must cover the arena, each page once, and the byte counts of the page heap must add up. The
 * choice of a run is checked too: best fit, and growth only if no run is long enough.
 */
import type { Defect } from './defect';
import { GROW_MULTIPLE_PAGES, HEAP_ALLOC_CHUNK_PAGES, type Heap } from '../mheap';
import { SPAN_DEAD, SPAN_FREE, SPAN_IN_USE, SPAN_MANUAL } from '../mspan';
import { MAX_MHEAP_LIST, free } from '../mspanlist';
import { spanAtPage } from '../pagemap';
import { PAGE_SIZE_BYTES } from '../sizeclasses';

/** Walks the arena from span to span; returns the first defect. O(spans). */
export function pageHeapDefect(h: Heap): Defect | undefined {
  const { pageToSpan, arenaUsedPages } = h;
  const { state, base, npages, length } = h.spans;
  const pagesOf = [0, 0, 0, 0];
  let reached = 0;
  let afterFree = false;
  for (let page = 0; page < arenaUsedPages;) {
    const s = spanAtPage(pageToSpan, page);
    if (s <= 0 || s >= length || state[s] === SPAN_DEAD) return { what: 'span at a page', expected: page, actual: s };
    if (base[s] !== page) return { what: 'base', span: s, expected: page, actual: base[s] };
    const pages = npages[s];
    if (pages <= 0) return { what: 'npages', span: s, expected: 1, actual: pages };
    const end = page + pages;
    if (end > arenaUsedPages) return { what: 'end beyond the arena', span: s, expected: arenaUsedPages, actual: end };
    if (spanAtPage(pageToSpan, end - 1) !== s)
      return { what: 'span at the last page', span: s, expected: s, actual: spanAtPage(pageToSpan, end - 1) };
    const isFree = state[s] === SPAN_FREE;
    if (isFree && afterFree) return { what: 'free neighbours that are not one', span: s, expected: 0, actual: 1 };
    afterFree = isFree;
    pagesOf[state[s]] += pages;
    page = end;
    reached++;
  }
  let exist = 0;
  for (let s = 1; s < length; s++) if (state[s] !== SPAN_DEAD) exist++;
  if (exist !== reached) return { what: 'spans in the arena', expected: exist, actual: reached };
  return (
    countDefect('pagesInUse', pagesOf[SPAN_IN_USE], h.pagesInUse) ??
    countDefect('heap_inuse', pagesOf[SPAN_IN_USE] * PAGE_SIZE_BYTES, h.heap_inuse) ??
    countDefect('heap_idle', pagesOf[SPAN_FREE] * PAGE_SIZE_BYTES, h.heap_idle) ??
    countDefect('stacks_inuse', pagesOf[SPAN_MANUAL] * PAGE_SIZE_BYTES, h.stacks_inuse) ??
    countDefect('heap_sys', (h.arenaUsedPages - pagesOf[SPAN_MANUAL]) * PAGE_SIZE_BYTES, h.heap_sys)
  );
}

/**
 * Checks that one span that received or lost pages lies right between its neighbours, and that the byte counts add up
 * to the arena. O(1).
 */
export function spanPagesDefect(h: Heap, s: number): Defect | undefined {
  const { state, base, npages } = h.spans;
  if (state[s] !== SPAN_DEAD) {
    const first = base[s];
    const end = first + npages[s];
    if (npages[s] <= 0 || end > h.arenaUsedPages)
      return { what: 'end of a span', span: s, expected: h.arenaUsedPages, actual: end };
    if (spanAtPage(h.pageToSpan, first) !== s)
      return { what: 'span at the first page', span: s, expected: s, actual: spanAtPage(h.pageToSpan, first) };
    if (spanAtPage(h.pageToSpan, end - 1) !== s)
      return { what: 'span at the last page', span: s, expected: s, actual: spanAtPage(h.pageToSpan, end - 1) };
    if (end < h.arenaUsedPages) {
      const after = spanAtPage(h.pageToSpan, end);
      if (base[after] !== end)
        return { what: 'base of the next span', span: after, expected: end, actual: base[after] };
      if (state[s] === SPAN_FREE && state[after] === SPAN_FREE)
        return { what: 'free neighbours that are not one', span: after, expected: 0, actual: 1 };
    }
    if (first > 0) {
      const before = spanAtPage(h.pageToSpan, first - 1);
      const endBefore = base[before] + npages[before];
      if (endBefore !== first)
        return { what: 'end of the span before', span: before, expected: first, actual: endBefore };
      if (state[s] === SPAN_FREE && state[before] === SPAN_FREE)
        return { what: 'free neighbours that are not one', span: s, expected: 0, actual: 1 };
    }
  }
  return countDefect(
    'heap_inuse + heap_idle + stacks_inuse',
    h.arenaUsedPages * PAGE_SIZE_BYTES,
    h.heap_inuse + h.heap_idle + h.stacks_inuse,
  );
}

/**
 * Checks that a span that was just allocated comes from the run that fits best: the shortest one, and among equally
 * long ones on `freelarge` the first in the arena. Free neighbours are always merged, so a free span behind this one is
 * the rest of its run. O(1), except for the list of long runs.
 */
export function bestFitDefect(h: Heap, s: number): Defect | undefined {
  const { base, npages, next, length } = h.spans;
  const { first } = h.lists;
  const asked = npages[s];
  const rest = restBehind(h, s);
  const taken = asked + (rest === 0 ? 0 : npages[rest]);
  for (let n = asked; n < Math.min(taken, MAX_MHEAP_LIST); n++) {
    const other = first[free(n)] === rest ? next[rest] : first[free(n)];
    if (other !== 0) return { what: 'pages of the run that was taken', span: other, expected: n, actual: taken };
  }
  // The bound on i is for a list that a fault has ruined: it may have no end.
  for (let t = first[free(MAX_MHEAP_LIST)], i = 0; t !== 0 && i < length; t = next[t], i++) {
    if (t === rest || npages[t] < asked || npages[t] > taken) continue;
    if (npages[t] < taken)
      return { what: 'pages of the run that was taken', span: t, expected: npages[t], actual: taken };
    if (base[t] < base[s])
      return { what: 'base of the run that was taken', span: t, expected: base[t], actual: base[s] };
  }
  return undefined;
}

/**
 * Checks the growth of the arena in a step that allocated one span: no run was long enough, the arena grew by exactly
 * the pages needed, and the span lies in the new part.
 * @param before the pages of the arena before the step.
 */
export function growthDefect(h: Heap, s: number, before: number): Defect | undefined {
  const grown = h.arenaUsedPages - before;
  if (grown === 0) return undefined;
  const { base, npages, next, length } = h.spans;
  const asked = npages[s];
  const ask = Math.max(Math.ceil(asked / GROW_MULTIPLE_PAGES) * GROW_MULTIPLE_PAGES, HEAP_ALLOC_CHUNK_PAGES);
  if (grown !== ask) return { what: 'pages that the arena grew by', expected: ask, actual: grown };
  const rest = restBehind(h, s);
  const end = base[s] + asked + (rest === 0 ? 0 : npages[rest]);
  if (end !== h.arenaUsedPages)
    return { what: 'end of a run that the arena grew for', span: s, expected: h.arenaUsedPages, actual: end };
  const idle = before - base[s];
  if (idle >= asked)
    return { what: 'free pages at the end of an arena that grew', span: s, expected: asked - 1, actual: idle };
  for (let t = h.lists.first[free(MAX_MHEAP_LIST)], i = 0; t !== 0 && i < length; t = next[t], i++) {
    if (t !== rest && npages[t] >= asked)
      return { what: 'pages of a run in an arena that grew', span: t, expected: asked - 1, actual: npages[t] };
  }
  return undefined;
}

/** Returns the rest of the run that a span was just cut from: the free span behind it, or 0. */
function restBehind(h: Heap, s: number): number {
  const end = h.spans.base[s] + h.spans.npages[s];
  const behind = end < h.arenaUsedPages ? spanAtPage(h.pageToSpan, end) : 0;
  return h.spans.state[behind] === SPAN_FREE ? behind : 0;
}

function countDefect(what: string, expected: number, actual: number): Defect | undefined {
  return expected === actual ? undefined : { what, expected, actual };
}
