/**
 * A small slab allocator with bugs whose least trace has three commands, for comparison with other libraries:
 * peers/slab_hypothesis.py and peers/slab_rapid_test.go.txt are the same in Python and in Go.
 */
import { PAGE_SIZE_BYTES } from '../model/sizeclasses';
import type { Command } from '../properties/trace/command';
import type { InProcessAllocator } from '../systems/inProcess';
import { at } from '../properties/at';

export const SLAB_BUGS = [
  'sweep-not-counted',
  'slot-taken-twice',
  'spill-not-counted',
  'same-pages-not-counted',
] as const;

export type SlabBug = (typeof SLAB_BUGS)[number];

const SLOTS = 64;

interface Place {
  readonly class: number;
  readonly slab: Uint8Array;
  readonly slot: number;
}

export class SlabAllocator implements InProcessAllocator {
  readonly name = 'slab';
  readonly ops = ['smallAlloc', 'largeAlloc', 'free', 'gcStart'] as const;
  private slabs = new Map<number, Uint8Array[]>();
  /** By class; 0: large objects. */
  private mallocs = new Map<number, number>();
  private frees = new Map<number, number>();
  private largeBytes = 0;
  private largeFreedBytes = 0;
  private small = new Map<number, readonly Place[]>();
  private large = new Map<number, number>();
  private dropped: number[] = [];
  /** Classes with a free slot, and bytes of large objects, at the last collection. */
  private swept = new Set<number>();
  private sizes = new Set<number>();

  constructor(private readonly bug: SlabBug | undefined) {}

  reset(): void {
    this.slabs = new Map();
    this.mallocs = new Map();
    this.frees = new Map();
    this.largeBytes = 0;
    this.largeFreedBytes = 0;
    this.small = new Map();
    this.large = new Map();
    this.dropped = [];
    this.swept = new Set();
    this.sizes = new Set();
  }

  apply(command: Command): void {
    if (command.op === 'smallAlloc') {
      add(this.mallocs, command.class, command.count);
      this.small.set(
        command.name,
        Array.from({ length: command.count }, () => this.take(command.class)),
      );
    } else if (command.op === 'largeAlloc') {
      this.big(rounded(command.size), command.name);
    } else if (command.op === 'free') {
      this.dropped.push(command.object);
    } else if (command.op === 'gcStart') {
      this.collect();
    }
  }

  private take(sizeclass: number): Place {
    const slabs = this.slabs.get(sizeclass) ?? [];
    this.slabs.set(sizeclass, slabs);
    if (this.bug === 'slot-taken-twice' && this.swept.delete(sizeclass)) return taken(sizeclass, at(slabs, 0), 0);
    const slab = slabs.find((other) => other.includes(0));
    if (slab !== undefined) return taken(sizeclass, slab, slab.indexOf(0));
    if (this.bug === 'spill-not-counted' && this.swept.delete(sizeclass)) add(this.mallocs, sizeclass, -1);
    slabs.push(new Uint8Array(SLOTS));
    return taken(sizeclass, at(slabs, slabs.length - 1), 0);
  }

  private big(bytes: number, name: number): void {
    this.large.set(name, bytes);
    if (this.bug !== 'same-pages-not-counted' || !this.sizes.has(bytes)) this.largeBytes += bytes;
    add(this.mallocs, 0, 1);
  }

  private collect(): void {
    for (const name of this.dropped) {
      const bytes = this.large.get(name);
      if (bytes !== undefined) {
        this.large.delete(name);
        this.largeFreedBytes += bytes;
        add(this.frees, 0, 1);
      }
      for (const { class: sizeclass, slab, slot } of this.small.get(name) ?? []) {
        slab[slot] = 0;
        if (this.bug !== 'sweep-not-counted') add(this.frees, sizeclass, 1);
      }
    }
    this.dropped = [];
    this.swept = new Set(
      [...this.slabs].filter(([, slabs]) => at(slabs, slabs.length - 1).includes(0)).map(([sizeclass]) => sizeclass),
    );
    this.sizes = new Set(this.large.values());
  }

  stats() {
    return published(this.mallocs, this.frees, this.largeBytes, this.largeFreedBytes);
  }

  rescan() {
    const mallocs = new Map([[0, this.large.size + (this.frees.get(0) ?? 0)]]);
    for (const [sizeclass, slabs] of this.slabs) {
      const live = slabs.reduce((sum, slab) => sum + slab.reduce((used, slot) => used + slot, 0), 0);
      mallocs.set(sizeclass, live + (this.frees.get(sizeclass) ?? 0));
    }
    const bytes = [...this.large.values()].reduce((sum, size) => sum + size, this.largeFreedBytes);
    return published(mallocs, this.frees, bytes, this.largeFreedBytes);
  }
}

function taken(sizeclass: number, slab: Uint8Array, slot: number): Place {
  slab[slot] = 1;
  return { class: sizeclass, slab, slot };
}

function rounded(size: number): number {
  return Math.ceil(size / PAGE_SIZE_BYTES) * PAGE_SIZE_BYTES;
}

function add(counts: Map<number, number>, sizeclass: number, more: number): void {
  counts.set(sizeclass, (counts.get(sizeclass) ?? 0) + more);
}

function published(
  mallocs: ReadonlyMap<number, number>,
  frees: ReadonlyMap<number, number>,
  largeBytes: number,
  largeFreedBytes: number,
) {
  const bytesOf = (counts: ReadonlyMap<number, number>): number =>
    [...counts].reduce((sum, [sizeclass, n]) => sum + 16 * sizeclass * n, 0);
  const numberOf = (counts: ReadonlyMap<number, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
  const [TotalAlloc, freed] = [largeBytes + bytesOf(mallocs), largeFreedBytes + bytesOf(frees)];
  const [Mallocs, Frees] = [numberOf(mallocs), numberOf(frees)];
  return { Alloc: TotalAlloc - freed, TotalAlloc, Mallocs, Frees, HeapObjects: Mallocs - Frees };
}
