/**
 * The events of a command: what it did to spans and slots, in order. They are the model's execution trace, as
 * `traceGCSweepSpan` and its like are in the runtime. An event says which span or slot went where, and never how many
 * objects there are, so that an independent ledger can follow the events and do its own counting.
 */

/** A slot was handed out: span, slot. */
export const PLACED = 0;
/** A span went into the cache of a P: span, P. */
export const CACHED = 1;
/** A span left the cache of a P: span, P. */
export const UNCACHED = 2;
/** A span was swept: span, P. */
export const SWEPT = 3;
/**
 * The page heap gave pages to a span: span, 0. If the size classes of a system are not the model's, or its heap is not
 * empty when a trace begins, the argument holds more: the class (7 bits), a flag for objects with pointers (1), the
 * number of slots (11) and the number of slots taken (11).
 */
export const SPAN_ALLOCATED = 4;
/** A span went back to the page heap: span, 0. */
export const SPAN_FREED = 5;

/**
 * A collection has finished marking: 0, 0. A collection that sweeps nothing after marking may leave this event out,
 * since none of its other events depends on it.
 */
export const COLLECTED = 6;

/**
 * A refill found no span of the class with a free slot and asks for a fresh one: 0, class. Other spans, of this class
 * too, may be swept to make room before it gets one. A system may leave this event out.
 */
export const NONE_FREE = 7;

/**
 * A slot that freegc gave back to a P was handed out again: span, slot. The slot counted as taken in between, so no
 * counter moves. The model has no freegc.
 */
export const REUSED = 8;

/** The numbers that one event takes in `Events.data`: kind, span, argument. */
export const EVENT_STRIDE = 3;

export interface Events {
  /** `EVENT_STRIDE` numbers for each event; only the first `length` are valid. */
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
