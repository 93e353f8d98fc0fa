/**
 * The stacks of spans in use, from the runtime's mgcsweepbuf.go (`gcSweepBuf`): one of those that are swept, one of those
 * that are not. They trade roles with every collection, as `sweepgen` advances. A sweep takes what is on top, so that the
 * span that was swept or allocated last is swept first; it is what decides which span is cached next.
 *
 * A span that is swept out of turn stays on the stack of the unswept, and is passed over when its turn comes.
 */
import type { Heap } from './mheap';

export interface SweepBuf {
  spans: Int32Array;
  /** Spans on the stack. */
  index: number;
}

const FIRST_CAPACITY = 256;

export function newSweepBuf(): SweepBuf {
  return { spans: new Int32Array(FIRST_CAPACITY), index: 0 };
}

export function clearSweepBuf(b: SweepBuf): void {
  if (b.spans.length > FIRST_CAPACITY) b.spans = new Int32Array(FIRST_CAPACITY);
  b.index = 0;
}

/** Spans in use that this cycle's sweep has done with, or that were allocated since it began. */
export function sweptSpans({ sweepSpans, sweepgen }: Heap): SweepBuf {
  return sweepSpans[(sweepgen >> 1) & 1];
}

/** Spans in use that this cycle's sweep has not come to. */
export function unsweptSpans({ sweepSpans, sweepgen }: Heap): SweepBuf {
  return sweepSpans[1 - ((sweepgen >> 1) & 1)];
}

export function push(b: SweepBuf, s: number): void {
  if (b.index === b.spans.length) {
    const larger = new Int32Array(b.spans.length * 2);
    larger.set(b.spans);
    b.spans = larger;
  }
  b.spans[b.index++] = s;
}

/** The span on top, or 0 if there is none. */
export function pop(b: SweepBuf): number {
  return b.index === 0 ? 0 : b.spans[--b.index];
}
