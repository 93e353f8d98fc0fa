/** The state of each span in the span ledger, as a struct of arrays. */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_size } from '../../model/sizeclasses';
import { growArray } from './growArray';
import { NO_CLASS, pointersOf, takenOf } from './spanFacts';

/** The `holder` of a span that no P has cached. */
export const NOBODY = -1;

export class SpanTable {
  /** The class, or `NO_CLASS`. */
  sizeclass = new Uint8Array(256);
  pages = new Int32Array(256);
  nelems = new Int32Array(256);
  /** 1 if the objects have pointers and the system says so. */
  hasPointers = new Uint8Array(256);
  /** The slots taken. */
  occupied = new Int32Array(256);
  /** The slots taken whose objects were dropped. */
  dropped = new Int32Array(256);
  /** The dropped slots that the last collection found dead; a sweep frees them. */
  condemned = new Int32Array(256);
  /** The number of collections before the last sweep of the span. */
  sweptAt = new Int32Array(256);
  /** The step of the last sweep. */
  sweptIn = new Int32Array(256);
  /** The P that last allocated from the span. */
  owner = new Uint8Array(256);
  /** The P that has the span cached, or `NOBODY`. */
  holder = new Int32Array(256);
  /** The highest span so far. */
  used = 0;
  /** The number of the current step, and of collections so far. */
  step = 0;
  collections = 0;
  /** Slots taken by class; row 0 counts large objects. */
  readonly liveSlots = new Float64Array(NUM_SIZE_CLASSES);
  /** Spans by class that have a free slot and that no P has cached. */
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

  /** Adds a span, swept. */
  addSpan(span: number, sizeclass: number, nelems: number, facts: number): void {
    if (span >= this.sizeclass.length) this.grow(span);
    if (span > this.used) this.used = span;
    else this.countOpen(span, -1);
    this.sizeclass[span] = sizeclass;
    this.pages[span] = 0;
    this.nelems[span] = nelems;
    this.hasPointers[span] = pointersOf(facts);
    this.occupied[span] = takenOf(facts);
    this.dropped[span] = 0;
    this.condemned[span] = 0;
    this.sweptAt[span] = this.collections;
    this.holder[span] = NOBODY;
    this.countOpen(span, 1);
  }

  removeSpan(span: number): void {
    this.countOpen(span, -1);
    this.sizeclass[span] = NO_CLASS;
    this.pages[span] = 0;
  }

  /** Records that P `p`, or `NOBODY`, has the span cached. */
  setHolder(span: number, p: number): void {
    this.countOpen(span, -1);
    this.holder[span] = p;
    this.countOpen(span, 1);
  }

  /** Takes `slots` more slots of the span, or frees some if negative. */
  addTaken(span: number, slots: number): void {
    this.countOpen(span, -1);
    this.occupied[span] += slots;
    this.liveSlots[this.sizeclass[span]] += slots;
    this.countOpen(span, 1);
  }

  /**
   * Returns the first span of the class that has a free slot and is not cached, or 0.
   * @param step spans that were swept in this step do not count.
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

  /** Frees the condemned slots of a span. */
  sweep(span: number): void {
    const freed = this.condemned[span];
    this.addTaken(span, -freed);
    this.dropped[span] -= freed;
    this.condemned[span] = 0;
    this.sweptIn[span] = this.step;
    this.sweptAt[span] = this.collections;
  }

  /** Condemns all dropped slots, as a collection does; returns the bytes of the others. */
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

  /** Adds the span to `open`, or removes it before its state changes. */
  private countOpen(span: number, change: 1 | -1): void {
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
