/** The spans that a step touched are checked without an audit. */
import { expect, test } from 'vitest';
import { allocator } from '../../model/allocator';
import type { Heap } from '../../model/mheap';
import { setSpanAtPage } from '../../model/pagemap';
import { StructuralChecks } from './structuralChecks';

const CLASS = 5;

/** Returns a heap right after a step that gave P0 a fresh span and took a slot of it. */
function afterRefill(): { checks: StructuralChecks; h: Heap; s: number } {
  const h = allocator.newHeap(1);
  allocator.smallAlloc(h, 0, CLASS);
  const checks = new StructuralChecks();
  checks.observe(h, h.events, false);
  return { checks, h, s: h.mcaches.alloc[CLASS] };
}

type CheckMethod = 'spanDrifts' | 'listDrifts' | 'pageHeapDrifts';

const BROKEN: readonly (readonly [CheckMethod, (h: Heap, s: number) => unknown])[] = [
  ['spanDrifts', (h: Heap, s: number) => h.spans.freeindex[s]++],
  ['listDrifts', (h: Heap, s: number) => (h.spans.list[s] = 0)],
  ['listDrifts', (h: Heap, s: number) => (h.spans.sweepgen[s] -= 2)],
  ['pageHeapDrifts', (h: Heap, s: number) => setSpanAtPage(h.pageToSpan, h.spans.base[s], 0)],
];

test.each(BROKEN)('%s finds a defect of a span that the step touched', (drifts, breakIt) => {
  const { checks, h, s } = afterRefill();
  expect(checks[drifts]()).toEqual([]);
  breakIt(h, s);
  expect(checks[drifts]()).toHaveLength(1);
});
