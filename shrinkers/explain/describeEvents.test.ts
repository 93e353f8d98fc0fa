/** Events in words. */
import { expect, test } from 'vitest';
import {
  CACHED,
  COLLECTED,
  NONE_FREE,
  PLACED,
  REUSED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  emit,
  newEvents,
} from '../../model/events';
import { describeEvents } from './describeEvents';

function words(...emitted: readonly (readonly [kind: number, span: number, argument: number])[]): readonly string[] {
  const events = newEvents();
  for (const [kind, span, argument] of emitted) emit(events, kind, span, argument);
  return describeEvents(events);
}

test('each kind of event has its words, and a refill that found nothing goes unsaid', () => {
  expect(
    words(
      [NONE_FREE, 0, 5],
      [SPAN_ALLOCATED, 3, 0],
      [CACHED, 3, 1],
      [UNCACHED, 3, 1],
      [SWEPT, 3, 0],
      [REUSED, 3, 7],
      [COLLECTED, 0, 0],
      [SPAN_FREED, 3, 0],
    ),
  ).toEqual([
    'span 3 from the page heap',
    'P1 caches span 3',
    'P1 uncaches span 3',
    'P0 sweeps span 3',
    'slot 7 of span 3 reused',
    'reachable objects marked',
    'span 3 back to the page heap',
  ]);
});

test('slots of one span in a row are one entry, those of another span another', () => {
  expect(words([PLACED, 1, 0], [PLACED, 1, 1], [PLACED, 1, 4], [PLACED, 2, 9], [PLACED, 1, 5])).toEqual([
    '3 slots of span 1 allocated, 0 to 4',
    'slot 9 of span 2 allocated',
    'slot 5 of span 1 allocated',
  ]);
});

test('without events there is nothing to say', () => {
  expect(words()).toEqual([]);
});
