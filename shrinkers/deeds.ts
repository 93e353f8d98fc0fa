/** What a step did to spans and slots, in words. */
import { CACHED, COLLECTED, MOVE_STRIDE, NONE_FREE, PLACED, REUSED, SPAN_ALLOCATED, SPAN_FREED, SWEPT, UNCACHED, type Moves } from '../model/moves';
import { formatNumber } from '../properties/drift';

export function deedsOf({ data, length }: Moves): readonly string[] {
  const deeds: string[] = [];
  for (let at = 0; at < length; at += MOVE_STRIDE) {
    const [kind, span, argument] = [data[at], data[at + 1], data[at + 2]];
    // What it leads to says it: a span from the page heap.
    if (kind === NONE_FREE) continue;
    if (kind !== PLACED) {
      deeds.push(deedOf(kind, span, argument));
      continue;
    }
    let last = at;
    while (last + MOVE_STRIDE < length && data[last + MOVE_STRIDE] === PLACED && data[last + MOVE_STRIDE + 1] === span) last += MOVE_STRIDE;
    deeds.push(placedText(span, argument, data[last + 2], (last - at) / MOVE_STRIDE + 1));
    at = last;
  }
  return deeds;
}

function placedText(span: number, first: number, last: number, objects: number): string {
  if (objects === 1) return `slot ${first} of span ${span} taken`;
  return `${formatNumber(objects)} slots of span ${span} taken, ${first} to ${last}`;
}

function deedOf(kind: number, span: number, argument: number): string {
  switch (kind) {
    case CACHED:
      return `span ${span} into the cache of P${argument}`;
    case UNCACHED:
      return `span ${span} out of the cache of P${argument}`;
    case SWEPT:
      return `span ${span} swept by P${argument}`;
    case SPAN_ALLOCATED:
      return `span ${span} from the page heap`;
    case SPAN_FREED:
      return `span ${span} back to the page heap`;
    case REUSED:
      return `slot ${argument} of span ${span} handed out again`;
    case COLLECTED:
      return 'what is reachable marked';
    default:
      return `span ${span} moved`;
  }
}
