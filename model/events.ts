/**
 * What a command did to spans and slots, in the order it did it: the execution trace of the model
 * (`traceGCSweepSpan` and its like in the runtime). It tells who went where and never how many: an
 * independent ledger can follow the commands by it and do its own counting.
 */

/** A slot of a span was handed out: span, slot. */
export const PLACED = 0;
/** A span went into the cache of a P: span, P. */
export const CACHED = 1;
/** A span was taken out of the cache of a P: span, P. */
export const UNCACHED = 2;
/** A span was swept: span, P. */
export const SWEPT = 3;
/**
 * The page heap gave pages to a span: span, 0. Where the classes of a system are not the model's, or its heap is not empty
 * when a trace begins, the argument says more: the class (7 bits), whether its objects have pointers (1), the slots
 * (11), and how many of these are taken (11).
 */
export const SPAN_ALLOCATED = 4;
/** A span was given back to the page heap: span, 0. */
export const SPAN_FREED = 5;

/**
 * A collection has marked: 0, 0. A collection that sweeps nothing after it has marked need not tell, since nothing that
 * it does depends on it.
 */
export const COLLECTED = 6;

/**
 * A refill has found no span of the class with a free slot and asks for a fresh one: 0, class. Before it gets it, others
 * may be swept for room, of this class too. A system need not tell.
 */
export const NONE_FREE = 7;

/**
 * A slot that freegc gave back to a P was handed out again: span, slot. It counts as taken all the while, so that nothing
 * is counted. The model has no freegc.
 */
export const REUSED = 8;

/** Numbers that one move takes in `Moves.data`: kind, span, argument. */
export const EVENT_STRIDE = 3;

export interface Events {
  /** `MOVE_STRIDE` numbers a move; only the first `length` are meant. */
  data: Int32Array;
  length: number;
}

export function newEvents(): Events {
  return { data: new Int32Array(256 * EVENT_STRIDE), length: 0 };
}

export function emit(events: Events, kind: number, span: number, argument: number): void {
  const at = events.length;
  if (at === events.data.length) {
    const larger = new Int32Array(at * 2);
    larger.set(events.data);
    events.data = larger;
  }
  events.data[at] = kind;
  events.data[at + 1] = span;
  events.data[at + 2] = argument;
  events.length = at + EVENT_STRIDE;
}
