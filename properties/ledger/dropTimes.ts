/**
 * When the object of each slot was dropped. The slots of a span lie side by side, and those of all spans in no more
 * room than they take: a step touches few slots of many spans, and what lies pages apart falls out of the processor's cache.
 */
import { growArray } from './growArray';

/** `droppedAt` of a slot that something refers to. */
export const REFERRED = 0x7fffffff;

/** `droppedAt` of a slot that never had an object. */
const NEVER = -1;

export class DropTimes {
  /** By slot: the number of collections before its object was dropped, or `REFERRED`. */
  droppedAt = new Int32Array(1024);
  /** By span: where its first slot stands. */
  first = new Int32Array(256);
  /** By span: the slots that there is room for at that place; a span structure that is used again keeps it. */
  private room = new Int32Array(256);
  private used = 0;

  reset(): void {
    this.room.fill(0);
    this.used = 0;
  }

  /** A span begins its life with so many slots, all free. */
  enter(span: number, nelems: number): void {
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
