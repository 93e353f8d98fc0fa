/** Lists of spans against plain arrays, and the rows that they lie in. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_LIST, newSpan, newSpans, type Spans } from './mspan';
import {
  MAX_MHEAP_LIST,
  NUM_LISTS,
  busy,
  empty,
  free,
  insert,
  insertBack,
  listName,
  newSpanLists,
  nonempty,
  remove,
  type SpanLists,
} from './mspanlist';
import { NUM_SIZE_CLASSES } from './sizeclasses';

test('every list has a row of its own, and there are no other rows', () => {
  const classes = Array.from({ length: NUM_SIZE_CLASSES }, (_, c) => c);
  const lengths = Array.from({ length: MAX_MHEAP_LIST + 1 }, (_, npages) => npages);
  const rows = [...classes.flatMap((c) => [nonempty(c), empty(c)]), ...lengths.map(free), ...lengths.map(busy)];
  expect(rows).toEqual(Array.from({ length: NUM_LISTS }, (_, row) => row));
});

test('all long runs share one list, as do all long objects', () => {
  expect([MAX_MHEAP_LIST + 1, 10_000].map(free)).toEqual([free(MAX_MHEAP_LIST), free(MAX_MHEAP_LIST)]);
  expect([MAX_MHEAP_LIST + 1, 10_000].map(busy)).toEqual([busy(MAX_MHEAP_LIST), busy(MAX_MHEAP_LIST)]);
});

const SPANS = 6;
const LISTS = [nonempty(5), empty(5), free(3)];

/** The spans of a list, followed by `next` from the first and by `prev` from the last. */
function bothWays(lists: SpanLists, { next, prev }: Spans, list: number): readonly (readonly number[])[] {
  const follow = (from: number, links: Int32Array) => {
    const found: number[] = [];
    for (let s = from; s !== 0 && found.length <= SPANS; s = links[s]) found.push(s);
    return found;
  };
  return [follow(lists.first[list], next), follow(lists.last[list], prev).toReversed()];
}

test('spans are where they were put, in that order, by the links of both ways', () => {
  const change = fc.record({
    s: fc.integer({ min: 1, max: SPANS }),
    list: fc.constantFrom(...LISTS),
    atEnd: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const [lists, spans] = [newSpanLists(), newSpans(SPANS + 1)];
      for (let s = 1; s <= SPANS; s++) newSpan(spans, s, 1);
      const expected = new Map(LISTS.map((list): [number, number[]] => [list, []]));
      for (const { s, list, atEnd } of changes) {
        const from = expected.get(spans.list[s]);
        if (from !== undefined) {
          // A span on a list can only be taken off, and off that list alone.
          for (const other of LISTS)
            if (expected.get(other) !== from) expect(() => remove(lists, spans, other, s)).toThrow('mSpanList.remove');
          expect(() => insert(lists, spans, list, s)).toThrow('mSpanList.insert');
          expect(() => insertBack(lists, spans, list, s)).toThrow('mSpanList.insertBack');
          remove(lists, spans, spans.list[s], s);
          from.splice(from.indexOf(s), 1);
          expect(spans.list[s]).toBe(NO_LIST);
        } else {
          (atEnd ? insertBack : insert)(lists, spans, list, s);
          if (atEnd) expected.get(list)?.push(s);
          else expected.get(list)?.unshift(s);
          expect(spans.list[s]).toBe(list);
        }
        expect(LISTS.map((each) => bothWays(lists, spans, each))).toEqual(
          LISTS.map((each) => [expected.get(each), expected.get(each)]),
        );
      }
    }),
    { seed: 5, numRuns: 60 },
  );
});

test.each([
  [nonempty(0), 'nonempty'],
  [nonempty(NUM_SIZE_CLASSES - 1), 'nonempty'],
  [empty(1), 'empty'],
  [empty(NUM_SIZE_CLASSES - 1), 'empty'],
  [free(0), 'free'],
  [free(MAX_MHEAP_LIST - 1), 'free'],
  [free(MAX_MHEAP_LIST), 'freelarge'],
  [busy(0), 'busy'],
  [busy(MAX_MHEAP_LIST - 1), 'busy'],
  [busy(MAX_MHEAP_LIST), 'busylarge'],
])('list %i is called %s', (list, name) => {
  expect(listName(list)).toBe(name);
});
