/** What the ledger of spans knows of each span, as a struct of arrays. */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from '../../model/sizeclasses';
import { growArray } from './growArray';
import { NO_CLASS, pointersOf, takenOf } from './spanFacts';

/** `holder` of a span that no P has cached. */
export const NOBODY = -1;

export class SpanTable {
  /** Its class, or `NO_CLASS`, its pages and its slots. */
  sizeclass = new Uint8Array(256);
  pages = new Int32Array(256);
  nelems = new Int32Array(256);
  /** Whether its objects have pointers, where the system tells. */
  hasPointers = new Uint8Array(256);
  /** The slots taken, those of them dropped, those that the last collection condemned. */
  occupied = new Int32Array(256);
  dropped = new Int32Array(256);
  condemned = new Int32Array(256);
  /** The collection, and the step, in which it was last swept. */
  sweptAt = new Int32Array(256);
  sweptIn = new Int32Array(256);
  /** The P that last allocated from it. */
  owner = new Uint8Array(256);
  /** The P that has it cached, or `NOBODY`. */
  holder = new Int32Array(256);
  /** The highest span so far. */
  used = 0;
  /** Steps and collections so far. */
  step = 0;
  collections = 0;
  /** By class: slots taken; row 0 counts large objects. */
  readonly liveSlots = new Float64Array(NUM_SIZE_CLASSES);
  /** By class: spans with a free slot that no P has cached. */
  readonly open = new Int32Array(NUM_SIZE_CLASSES);

  reset(): void {
    const to = this.used + 1;
    this.sizeclass.fill(NO_CLASS, 0, to);
    this.pages.fill(0, 0, to);
    this.occupied.fill(0, 0, to);
    this.dropped.fill(0, 0, to);
    this.condemned.fill(0, 0, to);
    this.sweptIn.fill(0, 0, to);
    this.liveSlots.fill(0);
    this.open.fill(0);
    this.used = 0;
    this.step = 0;
    this.collections = 0;
  }

  /** A span begins its life, swept. */
  enter(span: number, sizeclass: number, nelems: number, facts: number): void {
    if (span >= this.sizeclass.length) this.grow(span);
    if (span > this.used) this.used = span;
    else this.note(span, -1);
    this.sizeclass[span] = sizeclass;
    this.pages[span] = 0;
    this.nelems[span] = nelems;
    this.hasPointers[span] = pointersOf(facts);
    this.occupied[span] = takenOf(facts);
    this.dropped[span] = 0;
    this.condemned[span] = 0;
    this.sweptAt[span] = this.collections;
    this.holder[span] = NOBODY;
    this.note(span, 1);
  }

  /** Its life ends. */
  leave(span: number): void {
    this.note(span, -1);
    this.sizeclass[span] = NO_CLASS;
    this.pages[span] = 0;
  }

  /** P `p`, or `NOBODY`, has it cached from now on. */
  hold(span: number, p: number): void {
    this.note(span, -1);
    this.holder[span] = p;
    this.note(span, 1);
  }

  /** So many of its slots are taken; freed, if less than none. */
  take(span: number, slots: number): void {
    this.note(span, -1);
    this.occupied[span] += slots;
    this.liveSlots[this.sizeclass[span]] += slots;
    this.note(span, 1);
  }

  /**
   * The first span of the class with a free slot that no P has cached, or 0.
   * @param step a span that was swept in this step does not count.
   */
  withFreeSlot(sizeclass: number, hasPointers: number, step: number): number {
    if (this.open[sizeclass] === 0) return 0;
    const { sizeclass: classes, nelems, holder, occupied } = this;
    for (let span = 1; span <= this.used; span++) {
      if (classes[span] !== sizeclass || holder[span] !== NOBODY || occupied[span] === nelems[span]) continue;
      if (this.hasPointers[span] === hasPointers && this.sweptIn[span] !== step) return span;
    }
    return 0;
  }

  /** What the last collection condemned is free. */
  sweep(span: number): void {
    const freed = this.condemned[span];
    this.take(span, -freed);
    this.dropped[span] -= freed;
    this.condemned[span] = 0;
    this.sweptIn[span] = this.step;
    this.sweptAt[span] = this.collections;
  }

  /** What was dropped is condemned. @returns the bytes of what is left. */
  condemn(): number {
    let liveBytes = 0;
    for (let span = 1; span <= this.used; span++) {
      const sizeclass = this.sizeclass[span];
      if (sizeclass >= NUM_SIZE_CLASSES) continue;
      const elemBytes = sizeclass === 0 ? this.pages[span] * PAGE_SIZE_BYTES : class_to_size[sizeclass];
      this.condemned[span] = this.dropped[span];
      liveBytes += (this.occupied[span] - this.dropped[span]) * elemBytes;
    }
    return liveBytes;
  }

  /** Takes the span, as it is, into the counts, or out of them before it changes. */
  private note(span: number, change: 1 | -1): void {
    const sizeclass = this.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES || this.holder[span] !== NOBODY || this.occupied[span] === this.nelems[span])
      return;
    this.open[sizeclass] += change;
  }

  private grow(span: number): void {
    this.sizeclass = growArray(this.sizeclass, span);
    this.pages = growArray(this.pages, span);
    this.nelems = growArray(this.nelems, span);
    this.hasPointers = growArray(this.hasPointers, span);
    this.occupied = growArray(this.occupied, span);
    this.dropped = growArray(this.dropped, span);
    this.condemned = growArray(this.condemned, span);
    this.sweptAt = growArray(this.sweptAt, span);
    this.sweptIn = growArray(this.sweptIn, span);
    this.owner = growArray(this.owner, span);
    this.holder = growArray(this.holder, span);
  }
}
