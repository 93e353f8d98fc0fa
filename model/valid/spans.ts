/**
 * The spans by themselves: slots, bitmaps and sweep generation of each span must agree, and a span in use must hold an
 * object or be cached. Lists and pages are checked in lists.ts and pageHeap.ts.
 */
import type { Defect } from './defect';
import { countAllocated } from '../mbitmap';
import type { Heap } from '../mheap';
import { NOT_IN_USE, SPAN_IN_USE } from '../mspan';
import { class_to_allocnpages, class_to_nelems } from '../sizeclasses';

/** Returns the first defect of any span. O(spans + bitmap words). */
export function spansDefect(h: Heap): Defect | undefined {
  for (let s = 1; s < h.spans.length; s++) {
    const defect = spanDefect(h, s);
    if (defect !== undefined) return defect;
  }
  return undefined;
}

/** Returns the first defect of one span. */
export function spanDefect(h: Heap, s: number): Defect | undefined {
  const spans = h.spans;
  const sizeclass = spans.sizeclass[s];
  const allocCount = spans.allocCount[s];
  if (spans.state[s] !== SPAN_IN_USE) {
    if (sizeclass !== NOT_IN_USE)
      return { what: 'sizeclass of a span not in use', span: s, expected: NOT_IN_USE, actual: sizeclass };
    if (allocCount !== 0) return { what: 'allocCount of a span not in use', span: s, expected: 0, actual: allocCount };
    return undefined;
  }
  const nelems = spans.nelems[s];
  if (sizeclass >= NOT_IN_USE) return { what: 'sizeclass of a span in use', span: s, expected: 0, actual: sizeclass };
  if (nelems !== class_to_nelems[sizeclass])
    return { what: 'nelems', span: s, expected: class_to_nelems[sizeclass], actual: nelems };
  if (allocCount > nelems) return { what: 'allocCount above nelems', span: s, expected: nelems, actual: allocCount };
  if (spans.freeindex[s] > nelems)
    return { what: 'freeindex above nelems', span: s, expected: nelems, actual: spans.freeindex[s] };
  const bits = countAllocated(h.bitmaps, spans, s);
  if (bits !== allocCount)
    return { what: 'allocCount against the allocation bits', span: s, expected: bits, actual: allocCount };
  if (allocCount === 0 && spans.incache[s] === 0)
    return { what: 'allocCount of a span that no cache holds', span: s, expected: 1, actual: 0 };
  const age = h.sweepgen - spans.sweepgen[s];
  if (age !== 0 && age !== 1 && age !== 2)
    return { what: 'sweepgen', span: s, expected: h.sweepgen, actual: spans.sweepgen[s] };
  if (sizeclass === 0)
    return spans.incache[s] === 0 ? undefined : { what: 'incache of a large span', span: s, expected: 0, actual: 1 };
  const npages = class_to_allocnpages[sizeclass];
  return spans.npages[s] === npages
    ? undefined
    : { what: 'npages', span: s, expected: npages, actual: spans.npages[s] };
}
