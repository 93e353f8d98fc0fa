/**
 * What runtime.freegc (Go 1.26) gave to a P and the P may hand out again, by size class: in counts, as the commands alone
 * tell it, and in places. The P has them in a list, of which the last comes first, until it is flushed; what is then
 * still in it waits for a collection like all that is dead.
 */
import { MAX_PROCS } from '../../model/mcache';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Drift } from '../drift';
import { SLOT_BITS, SLOT_MASK } from './objectPlaces';

/** How many objects. */
export class ReusableCounts {
  private readonly counts = new Int32Array(MAX_PROCS * NUM_SIZE_CLASSES);
  /** Whether there may be any: mostly there are none, and nothing is to be done. */
  isUsed = false;

  reset(): void {
    this.loseFrom(0);
    this.isUsed = false;
  }

  of(p: number, sizeclass: number): number {
    return this.isUsed ? this.counts[p * NUM_SIZE_CLASSES + sizeclass] : 0;
  }

  add(p: number, sizeclass: number, count: number): void {
    this.counts[p * NUM_SIZE_CLASSES + sizeclass] += count;
    this.isUsed = true;
  }

  /** Hands out as many of `count` as there are, and says how many. */
  take(p: number, sizeclass: number, count: number): number {
    const taken = Math.min(count, this.of(p, sizeclass));
    if (taken > 0) this.counts[p * NUM_SIZE_CLASSES + sizeclass] -= taken;
    return taken;
  }

  lose(p: number, sizeclass: number): void {
    if (this.isUsed) this.counts[p * NUM_SIZE_CLASSES + sizeclass] = 0;
  }

  /** All Ps from this one on lose what they have. */
  loseFrom(p: number): void {
    if (this.isUsed) this.counts.fill(0, p * NUM_SIZE_CLASSES);
  }
}

/** `ReusablePlaces.take` where there is none. */
export const NO_PLACE = -1;

/** Where they lie: `span << SLOT_BITS | slot` each. */
export class ReusablePlaces {
  /** By P and class, the first to be handed out last. Mostly there are none, and nothing is to be looked up. */
  private readonly lists = new Map<number, number[]>();

  reset(): void {
    this.lists.clear();
  }

  of(p: number, sizeclass: number): number {
    return this.lists.size === 0 ? 0 : (this.lists.get(p * NUM_SIZE_CLASSES + sizeclass)?.length ?? 0);
  }

  add(p: number, sizeclass: number, place: number): void {
    const cell = p * NUM_SIZE_CLASSES + sizeclass;
    const list = this.lists.get(cell);
    if (list === undefined) this.lists.set(cell, [place]);
    else list.push(place);
  }

  /** The place that is handed out next, or `NO_PLACE`. */
  take(p: number, sizeclass: number): number {
    return this.lists.get(p * NUM_SIZE_CLASSES + sizeclass)?.pop() ?? NO_PLACE;
  }

  lose(p: number, sizeclass: number): void {
    if (this.lists.size > 0) this.lists.delete(p * NUM_SIZE_CLASSES + sizeclass);
  }

  /** All Ps from this one on lose what they have. */
  loseFrom(p: number): void {
    if (this.lists.size === 0) return;
    for (const cell of this.lists.keys()) if (cell >= p * NUM_SIZE_CLASSES) this.lists.delete(cell);
  }
}

/** What is wrong with a slot that was handed out again in place of the one that was expected. */
export function wrongPlace(
  expected: number,
  span: number,
  slot: number,
): Pick<Drift, 'counter' | 'expected' | 'actual'> {
  if (expected === NO_PLACE)
    return { counter: 'slots handed out again that freegc did not give back', expected: 0, actual: 1 };
  const expectedSpan = expected >> SLOT_BITS;
  if (expectedSpan !== span)
    return { counter: 'span of a slot that is handed out again', expected: expectedSpan, actual: span };
  return { counter: 'slot that is handed out again', expected: expected & SLOT_MASK, actual: slot };
}
