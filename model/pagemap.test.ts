/** The page map: what is entered is found, nothing else is, and little is kept for a lot of pages. */
import { expect, test } from 'vitest';
import { CHUNK_PAGES, clearPageMap, newPageMap, setSpanAtPage, spanAtPage, type PageMap } from './pagemap';

/** At the ends of chunks, within them, and far away. */
const PAGES = [0, 1, CHUNK_PAGES - 1, CHUNK_PAGES, 2 * CHUNK_PAGES - 1, 7 * CHUNK_PAGES + 5, 2 ** 23];

function written(map: PageMap): readonly number[] {
  return [...map.chunks.keys()].filter((i) => map.chunks[i] !== undefined);
}

test('what was entered at a page is found there, and nothing at its neighbours', () => {
  const map = newPageMap();
  for (const page of PAGES) expect(spanAtPage(map, page)).toBe(0);
  for (const [i, page] of PAGES.entries()) setSpanAtPage(map, page, 100 + i);
  expect(PAGES.map((page) => spanAtPage(map, page))).toEqual(PAGES.map((_, i) => 100 + i));
  for (const page of [
    2,
    CHUNK_PAGES - 2,
    CHUNK_PAGES + 1,
    3 * CHUNK_PAGES,
    7 * CHUNK_PAGES + 4,
    2 ** 23 - 1,
    2 ** 23 + 1,
    2 ** 24,
  ])
    expect(spanAtPage(map, page)).toBe(0);
  setSpanAtPage(map, CHUNK_PAGES, 9);
  expect([spanAtPage(map, CHUNK_PAGES), spanAtPage(map, CHUNK_PAGES - 1)]).toEqual([9, 102]);
});

test('only chunks that are written take memory', () => {
  const map = newPageMap();
  setSpanAtPage(map, 0, 1);
  setSpanAtPage(map, 50 * CHUNK_PAGES, 2);
  spanAtPage(map, 30 * CHUNK_PAGES);
  expect(written(map)).toEqual([0, 50]);
});

test('cleared, it says what a new one says, and keeps no more than its first chunks', () => {
  const map = newPageMap();
  for (const page of PAGES) setSpanAtPage(map, page, 7);
  const [first] = map.chunks;
  clearPageMap(map);
  for (const page of PAGES) expect(spanAtPage(map, page)).toBe(0);
  expect(map.chunks[0]).toBe(first);
  expect(map.chunks.length).toBe(4);
});
