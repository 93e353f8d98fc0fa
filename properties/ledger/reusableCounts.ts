/**
 * The number of slots that runtime.freegc (Go 1.26) gave back to each P, by size class, derived from the commands
 * alone. The P hands these slots out again before any other, until a flush empties its list.
 */
import { MAX_PROCS } from '../../model/mcache';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';

export class ReusableCounts {
  private readonly counts = new Int32Array(MAX_PROCS * NUM_SIZE_CLASSES);
  /** False if no P can have any, which is the common case and then costs nothing. */
  isUsed = false;

  reset(): void {
    this.clearFrom(0);
    this.isUsed = false;
  }

  of(p: number, sizeclass: number): number {
    return this.isUsed ? this.counts[p * NUM_SIZE_CLASSES + sizeclass] : 0;
  }

  add(p: number, sizeclass: number, count: number): void {
    this.counts[p * NUM_SIZE_CLASSES + sizeclass] += count;
    this.isUsed = true;
  }

  /** Takes up to `count` slots; returns how many there were. */
  take(p: number, sizeclass: number, count: number): number {
    const taken = Math.min(count, this.of(p, sizeclass));
    if (taken > 0) this.counts[p * NUM_SIZE_CLASSES + sizeclass] -= taken;
    return taken;
  }

  clear(p: number, sizeclass: number): void {
    if (this.isUsed) this.counts[p * NUM_SIZE_CLASSES + sizeclass] = 0;
  }

  /** Clears the lists of all Ps from `p` on. */
  clearFrom(p: number): void {
    if (this.isUsed) this.counts.fill(0, p * NUM_SIZE_CLASSES);
  }
}
