/**
 * The time at which the object of each slot was dropped. The slots of a span lie side by side, and the spans lie close
 * together: a step touches few slots of many spans, and data that is pages apart falls out of the processor's cache.
 */
import { growArray } from './growArray';

/** The drop time of a slot whose object is still referred to. */
export const REFERRED = 0x7fffffff;

/** The drop time of a slot that never had an object. */
const NEVER = -1;

export class DropTimes {
  /**
   * By slot: the number of collections before its object was dropped, or `REFERRED`. The slots of a span begin at
   * `first`.
   */
  droppedAt = new Int32Array(1024);
  /** By span: the index of its first slot in `droppedAt`. */
  first = new Int32Array(256);
  /** By span: the number of slots that fit there. A span structure that is reused keeps its place. */
  private room = new Int32Array(256);
  private used = 0;

  reset(): void {
    this.room.fill(0);
    this.used = 0;
  }

  /** Adds a span with `nelems` slots, all free. */
  addSpan(span: number, nelems: number): void {
    if (span >= this.first.length) {
      this.first = growArray(this.first, span);
      this.room = growArray(this.room, span);
    }
    if (this.room[span] < nelems) this.makeRoom(span, nelems);
    const first = this.first[span];
    this.droppedAt.fill(NEVER, first, first + nelems);
  }

  private makeRoom(span: number, nelems: number): void {
    this.first[span] = this.used;
    this.room[span] = nelems;
    this.used += nelems;
    if (this.used > this.droppedAt.length) this.droppedAt = growArray(this.droppedAt, this.used - 1);
  }
}
