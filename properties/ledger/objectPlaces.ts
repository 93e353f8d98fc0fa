/** Where the objects of each name lie, and the tiny blocks. */
import { growArray } from './growArray';

/** Slots of the largest span are 2^10: a place is `span << SLOT_BITS | slot`. */
export const SLOT_BITS = 10;
export const SLOT_MASK = (1 << SLOT_BITS) - 1;

export class ObjectPlaces {
  /** By name: where its first place stands in `all`, and how many follow. */
  first = new Int32Array(1024);
  count = new Int32Array(1024);
  all = new Int32Array(1024);
  used = 0;
  /** By tiny block: the place that it was born in. */
  private blockPlace = new Int32Array(1024);

  reset(): void {
    this.used = 0;
  }

  /** The objects of that name are placed from here on. */
  start(name: number): void {
    if (name >= this.first.length) {
      this.first = growArray(this.first, name);
      this.count = growArray(this.count, name);
    }
    this.first[name] = this.used;
    this.count[name] = 0;
  }

  /** Whether an object of that name was ever placed. */
  has(name: number): boolean {
    return name < this.first.length && this.count[name] > 0;
  }

  add(span: number, slot: number): number {
    if (this.used === this.all.length) this.all = growArray(this.all, this.used);
    const place = (span << SLOT_BITS) + slot;
    this.all[this.used++] = place;
    return place;
  }

  noteBlock(block: number, place: number): void {
    if (block >= this.blockPlace.length) this.blockPlace = growArray(this.blockPlace, block);
    this.blockPlace[block] = place;
  }

  ofBlock(block: number): number {
    return this.blockPlace[block];
  }
}
