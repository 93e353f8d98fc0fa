/** What a step did to spans and slots, in words. */
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
import { formatNumber } from '../../properties/formatNumber';

export function describeEvents({ data, length }: Events): readonly string[] {
  const actions: string[] = [];
  for (let at = 0; at < length; at += EVENT_STRIDE) {
    const [kind, span, argument] = [data[at], data[at + 1], data[at + 2]];
    // What it leads to says it: a span from the page heap.
    if (kind === NONE_FREE) continue;
    if (kind !== PLACED) {
      actions.push(actionOf(kind, span, argument));
      continue;
    }
    let last = at;
    while (
      last + EVENT_STRIDE < length &&
      data[last + EVENT_STRIDE] === PLACED &&
      data[last + EVENT_STRIDE + 1] === span
    )
      last += EVENT_STRIDE;
    actions.push(placedText(span, argument, data[last + 2], (last - at) / EVENT_STRIDE + 1));
    at = last;
  }
  return actions;
}

function placedText(span: number, first: number, last: number, objects: number): string {
  if (objects === 1) return `slot ${first} of span ${span} taken`;
  return `${formatNumber(objects)} slots of span ${span} taken, ${first} to ${last}`;
}

function actionOf(kind: number, span: number, argument: number): string {
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
