/** The places of the objects of each name, and of the tiny blocks. */
import { growArray } from './growArray';

/** A place is `span << SLOT_BITS | slot`. The largest span has 2^10 slots. */
export const SLOT_BITS = 10;
export const SLOT_MASK = (1 << SLOT_BITS) - 1;

export class ObjectPlaces {
  /** By name: the index of its first place in `all`. */
  first = new Int32Array(1024);
  /** By name: the number of its places. */
  count = new Int32Array(1024);
  all = new Int32Array(1024);
  used = 0;
  /** By tiny block: its place. */
  private blockPlace = new Int32Array(1024);

  reset(): void {
    this.used = 0;
  }

  /** Starts the list of places of a name. The next calls of `add` belong to it. */
  start(name: number): void {
    if (name >= this.first.length) {
      this.first = growArray(this.first, name);
      this.count = growArray(this.count, name);
    }
    this.first[name] = this.used;
    this.count[name] = 0;
  }

  /** Reports whether an object of that name was ever placed. */
  has(name: number): boolean {
    return name < this.first.length && this.count[name] > 0;
  }

  /** Adds a place to the name that was started last; returns the place. */
  add(span: number, slot: number): number {
    if (this.used === this.all.length) this.all = growArray(this.all, this.used);
    const place = (span << SLOT_BITS) + slot;
    this.all[this.used++] = place;
    return place;
  }

  setBlockPlace(block: number, place: number): void {
    if (block >= this.blockPlace.length) this.blockPlace = growArray(this.blockPlace, block);
    this.blockPlace[block] = place;
  }

  placeOfBlock(block: number): number {
    return this.blockPlace[block];
  }
}
