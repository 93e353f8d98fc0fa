/** Without an audit, what a step touched is looked at all the same: no audit comes to its help here. */
import { expect, test } from 'vitest';
import { allocator } from '../../model/allocator';
import type { Heap } from '../../model/mheap';
import { setSpanAtPage } from '../../model/pagemap';
import { StructuralChecks } from './structuralChecks';

const CLASS = 5;

/** A heap right after a step that gave P0 a fresh span, and took a slot of it. */
function afterRefill(): { watch: StructuralChecks; h: Heap; s: number } {
  const h = allocator.newHeap(1);
  allocator.smallAlloc(h, 0, CLASS);
  const watch = new StructuralChecks();
  watch.look(h, h.events, false);
  return { watch, h, s: h.mcaches.alloc[CLASS] };
}

type Look = 'spanDrifts' | 'listDrifts' | 'pageHeapDrifts';

const BROKEN: readonly (readonly [Look, (h: Heap, s: number) => unknown])[] = [
  ['spanDrifts', (h: Heap, s: number) => h.spans.freeindex[s]++],
  ['listDrifts', (h: Heap, s: number) => (h.spans.list[s] = 0)],
  ['listDrifts', (h: Heap, s: number) => (h.spans.sweepgen[s] -= 2)],
  ['pageHeapDrifts', (h: Heap, s: number) => setSpanAtPage(h.pageToSpan, h.spans.base[s], 0)],
];

test.each(BROKEN)('%s sees what the step touched', (drifts, breakIt) => {
  const { watch, h, s } = afterRefill();
  expect(watch[drifts]()).toEqual([]);
  breakIt(h, s);
  expect(watch[drifts]()).toHaveLength(1);
});
