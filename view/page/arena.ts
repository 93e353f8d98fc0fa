/** The layout of the arena on the canvas: pages in rows, from left to right. */
import { SPAN_DEAD } from '../../model/mspan';
import type { Playback } from './playback';

/** Runs of a longer arena are drawn shortened, one after the other. */
const MAX_PAGES_TO_SCALE = 60_000;
const MAX_DRAWN_PAGES = 24;
const MAX_SPANS = 2 ** 22;

export interface Placed {
  readonly span: number;
  /** First cell and number of cells. */
  readonly from: number;
  readonly cells: number;
  readonly isShortened: boolean;
}

export interface Arena {
  readonly placed: readonly Placed[];
  readonly cells: number;
}

/** Returns the spans in the order of their pages. */
export function arenaOf(playback: Playback): Arena {
  // Sorted as plain numbers, base first: a call for each comparison would take longer than all the rest.
  const keys = new Float64Array(playback.maxSpan);
  let length = 0;
  for (let span = 1; span <= playback.maxSpan; span++)
    if (playback.span(span, 'state') !== SPAN_DEAD) keys[length++] = playback.span(span, 'base') * MAX_SPANS + span;
  const spans = Array.from(keys.subarray(0, length).toSorted(), (key) => key % MAX_SPANS);
  const isToScale = playback.arenaPages <= MAX_PAGES_TO_SCALE;
  let end = 0;
  const placed = spans.map((span): Placed => {
    const npages = playback.span(span, 'npages');
    const cells = isToScale ? npages : Math.min(npages, MAX_DRAWN_PAGES);
    const from = isToScale ? playback.span(span, 'base') : end;
    end = Math.max(end, from + cells);
    return { span, from, cells, isShortened: cells < npages };
  });
  return { placed, cells: Math.max(1, isToScale ? playback.arenaPages : end) };
}

/** Returns the index of the first span that ends behind the cell; spans do not overlap, unless a fault makes them. */
export function firstBehind({ placed }: Arena, cell: number): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = placed[middle];
    if (other !== undefined && other.from + other.cells <= cell) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Grid {
  /** Cells in a row, and the size of a cell in CSS pixels. */
  readonly columns: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly rows: number;
}

/** Sizes of a cell by zoom, the smallest first. */
const CELLS = [
  [5, 9],
  [8, 14],
  [14, 22],
  [26, 34],
  [52, 52],
  [120, 84],
] as const;

export const MAX_ZOOM = CELLS.length - 1;

/** The largest zoom at which the arena needs no more than the height, but a cell can still be seen. */
export function fittingZoom(cells: number, width: number, height: number): number {
  for (let zoom = CELLS.length - 2; zoom > 0; zoom--)
    if (gridOf(cells, width, zoom).rows * (CELLS[zoom]?.[1] ?? 0) <= height) return zoom;
  return 0;
}

export function gridOf(cells: number, width: number, zoom: number): Grid {
  const [wanted, cellHeight] = CELLS[Math.max(0, Math.min(zoom, MAX_ZOOM))] ?? CELLS[0];
  const fitting = Math.max(1, Math.floor(width / wanted));
  // A round number of pages a row makes addresses easy to read.
  const columns = fitting >= 64 ? fitting - (fitting % 32) : fitting >= 16 ? fitting - (fitting % 8) : fitting;
  return { columns, cellWidth: width / columns, cellHeight, rows: Math.ceil(cells / columns) };
}
