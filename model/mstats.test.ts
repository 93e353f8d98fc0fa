/** The read, the peek before it and the rescan publish what was allocated and freed, counted here one by one. */
import { expect, test } from 'vitest';
import { allocator } from './allocator';
import { MAX_PROCS } from './mcache';
import { MEMSTATS_TOTALS, newMemStats, type MemStats, type MemStatsTotal } from './memstats';
import type { Heap } from './mheap';
import { newRescan } from './mstats';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_allocnpages, class_to_size } from './sizeclasses';

/** Objects and bytes that came and went. */
class Tally {
  readonly mallocs = new Float64Array(NUM_SIZE_CLASSES);
  readonly frees = new Float64Array(NUM_SIZE_CLASSES);
  private readonly totals: Partial<Record<MemStatsTotal, number>> = { Mallocs: 0, Frees: 0, TotalAlloc: 0, Alloc: 0 };

  born(sizeclass: number, bytes: number): void {
    this.mallocs[sizeclass]++;
    this.add('Mallocs', 1);
    this.add('TotalAlloc', bytes);
    this.add('Alloc', bytes);
  }

  died(sizeclass: number, bytes: number): void {
    this.frees[sizeclass]++;
    this.add('Frees', 1);
    this.add('Alloc', -bytes);
  }

  /** A tiny object that fits into a block counts as one that came and went at once. */
  fitted(): void {
    this.add('Mallocs', 1);
    this.add('Frees', 1);
  }

  add(field: MemStatsTotal, change: number): void {
    this.totals[field] = (this.totals[field] ?? 0) + change;
  }

  expected() {
    const { Alloc = 0, Mallocs = 0, Frees = 0 } = this.totals;
    return {
      totals: { ...this.totals, HeapAlloc: Alloc, HeapObjects: Mallocs - Frees },
      mallocs: [...this.mallocs].slice(1),
      frees: [...this.frees].slice(1),
    };
  }
}

const published = ({ totals, mallocs, frees }: MemStats) => ({
  totals: Object.fromEntries(MEMSTATS_TOTALS.map((field, i) => [field, totals[i]])),
  mallocs: [...mallocs].slice(1),
  frees: [...frees].slice(1),
});

function peek(h: Heap) {
  const stats = newMemStats();
  allocator.peekMemStats(h, stats);
  return published(stats);
}

function rescan(h: Heap) {
  const found = newRescan();
  allocator.readMemStatsSlow(h, found);
  return published(found.stats);
}

function read(h: Heap) {
  const stats = newMemStats();
  allocator.readMemStats(h, stats);
  return published(stats);
}

/** One class for each P, which puts all classes in play in the end. */
const classOf = (p: number) => 1 + (p % (NUM_SIZE_CLASSES - 1));

test.each([1, 2, 3, MAX_PROCS])(
  'every statistic of %i Ps is what was counted one by one, before a flush and after it',
  (procs) => {
    const h = allocator.newHeap(procs);
    const tally = new Tally();
    const objects: { readonly s: number; readonly slot: number; readonly sizeclass: number; readonly bytes: number }[] =
      [];
    const born = (sizeclass: number, bytes: number) => {
      objects.push({
        s: h.events.data[h.events.length - 2],
        slot: h.events.data[h.events.length - 1],
        sizeclass,
        bytes,
      });
      tally.born(sizeclass, bytes);
    };
    for (let p = 0; p < procs; p++) {
      for (let i = 0; i < 5; i++) {
        allocator.smallAlloc(h, p, classOf(p));
        born(classOf(p), class_to_size[classOf(p)]);
      }
      allocator.largeAlloc(h, p, (5 + p) * PAGE_SIZE_BYTES);
      born(0, (5 + p) * PAGE_SIZE_BYTES);
    }
    const dead = objects.filter((_, i) => i % 3 === 0);
    for (const { s, slot } of dead) allocator.drop(h, s, slot);
    allocator.gcStart(h, 0);
    tally.add('NumGC', 1);
    // The frees are counted on a P that did not allocate; the last P's wait for a flush.
    const spans = [...new Set(objects.map(({ s }) => s))];
    for (const [i, s] of spans.entries()) allocator.sweepSpan(h, (procs - 1 + i) % procs, s);
    for (const { sizeclass, bytes } of dead) tally.died(sizeclass, bytes);
    for (let p = 0; p < procs; p++) {
      allocator.smallAlloc(h, p, 31);
      tally.born(31, class_to_size[31]);
      allocator.tinyAlloc(h, p, 3);
      tally.born(2, 16);
      for (let i = 0; i < 4; i++) {
        allocator.tinyAlloc(h, p, 3);
        tally.fitted();
      }
    }
    const stack = allocator.allocManual(h, 3);
    const stackBytes = 3 * PAGE_SIZE_BYTES;
    const liveBytes = (class_to_allocnpages[31] + class_to_allocnpages[2]) * PAGE_SIZE_BYTES;
    expect(stack).toBeGreaterThan(0);
    const expected = tally.expected();
    for (const each of [peek(h), rescan(h), read(h), read(h), peek(h), rescan(h)]) {
      expect(each).toMatchObject(expected);
      const { HeapSys, HeapIdle, HeapInuse, StackInuse } = each.totals;
      expect([HeapIdle + HeapInuse, StackInuse, HeapInuse >= liveBytes]).toEqual([HeapSys, stackBytes, true]);
    }
    // What is flushed is not flushed again.
    h.events.length = 0;
    read(h);
    expect(h.events.length).toBe(0);
  },
);

test('a rescan counts live slots and pages of every span, however many there are, and none of those that are free', () => {
  const h = allocator.newHeap(1);
  const found = newRescan();
  const seen: (readonly number[])[] = [];
  const expected: (readonly number[])[] = [];
  for (let spans = 1; spans <= 9; spans++) {
    allocator.largeAlloc(h, 0, (4 + spans) * PAGE_SIZE_BYTES);
    allocator.smallAlloc(h, 0, spans);
    allocator.allocManual(h, spans);
    allocator.readMemStatsSlow(h, found);
    seen.push([found.largePages, found.pagesInUse, found.liveSlots[0], ...found.liveSlots.subarray(1, 10)]);
    const largePages = 4 * spans + (spans * (spans + 1)) / 2;
    expected.push([largePages, largePages + spans, spans, ...Array.from({ length: 9 }, (_, i) => (i < spans ? 1 : 0))]);
  }
  expect(seen).toEqual(expected);
});
