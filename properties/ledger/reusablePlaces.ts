/**
 * The places of the slots that runtime.freegc (Go 1.26) gave back to each P, by size class. The P hands out the last
 * one first. After a flush, the slots that are still in its list wait for a collection like all dead ones.
 */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import type { Drift } from '../drift';
import { SLOT_BITS, SLOT_MASK } from './objectPlaces';

/** The answer of `ReusablePlaces.take` if the list is empty. */
export const NO_PLACE = -1;

export class ReusablePlaces {
  /** The lists by P and class, the next place to hand out last. */
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

  /** Takes the place that must be handed out next; returns `NO_PLACE` if there is none. */
  take(p: number, sizeclass: number): number {
    return this.lists.get(p * NUM_SIZE_CLASSES + sizeclass)?.pop() ?? NO_PLACE;
  }

  clear(p: number, sizeclass: number): void {
    if (this.lists.size > 0) this.lists.delete(p * NUM_SIZE_CLASSES + sizeclass);
  }

  /** Clears the lists of all Ps from `p` on. */
  clearFrom(p: number): void {
    if (this.lists.size === 0) return;
    for (const cell of this.lists.keys()) if (cell >= p * NUM_SIZE_CLASSES) this.lists.delete(cell);
  }
}

/** Returns the difference between a reused slot and the place that was expected. */
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
