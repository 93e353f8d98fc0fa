/**
 * The stacks of spans in use, from the runtime's mgcsweepbuf.go (`gcSweepBuf`): one of swept spans, one of unswept
 * spans. They trade roles at every collection, as `sweepgen` advances. A sweep takes the span on top, so the span that
 * was swept or allocated last is swept first; this order decides which span is cached next.
 *
 * A span that is swept out of turn stays on the unswept stack and is skipped when it comes up. The runtime's blocks and
 * atomics are not modelled: a stack is one array.
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

/** Returns the stack of spans that this cycle has swept, or that were allocated since it began (`sweepSpans`). */
export function sweptSpans({ sweepSpans, sweepgen }: Heap): SweepBuf {
  return sweepSpans[(sweepgen >> 1) & 1];
}

/** Returns the stack of spans that this cycle has not swept yet. */
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

/** Takes the span on top; returns 0 if there is none. */
export function pop(b: SweepBuf): number {
  return b.index === 0 ? 0 : b.spans[--b.index];
}
