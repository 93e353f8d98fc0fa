/** The events of a step in words: its effect on spans and slots. */
import {
  CACHED,
  COLLECTED,
  EVENT_STRIDE,
  NONE_FREE,
  PLACED,
  REUSED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  type Events,
} from '../../model/events';
import { at } from '../../properties/at';
import { formatNumber } from '../../properties/formatNumber';

/** Returns a few words for each event of a step; a run of slots of one span is one entry. */
export function describeEvents({ data, length }: Events): readonly string[] {
  const words: string[] = [];
  for (let i = 0; i < length;) {
    const [kind, span, argument] = [at(data, i), at(data, i + 1), at(data, i + 2)];
    let next = i + EVENT_STRIDE;
    if (kind === PLACED) {
      while (next < length && data[next] === PLACED && data[next + 1] === span) next += EVENT_STRIDE;
      const last = at(data, next - EVENT_STRIDE + 2);
      words.push(placedText(span, argument, last, (next - i) / EVENT_STRIDE));
    } else if (kind !== NONE_FREE) {
      // NONE_FREE goes unsaid: the span that the refill then gets from the page heap implies it.
      words.push(eventText(kind, span, argument));
    }
    i = next;
  }
  return words;
}

function placedText(span: number, first: number, last: number, objects: number): string {
  if (objects === 1) return `slot ${first} of span ${span} allocated`;
  return `${formatNumber(objects)} slots of span ${span} allocated, ${first} to ${last}`;
}

function eventText(kind: number, span: number, argument: number): string {
  switch (kind) {
    case CACHED:
      return `P${argument} caches span ${span}`;
    case UNCACHED:
      return `P${argument} uncaches span ${span}`;
    case SWEPT:
      return `P${argument} sweeps span ${span}`;
    case SPAN_ALLOCATED:
      return `span ${span} from the page heap`;
    case SPAN_FREED:
      return `span ${span} back to the page heap`;
    case REUSED:
      return `slot ${argument} of span ${span} reused`;
    case COLLECTED:
      return 'reachable objects marked';
    default:
      return `event ${kind} of span ${span}`;
  }
}
