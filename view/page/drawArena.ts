/** Draws the rows of the arena that can be seen. */
import { firstBehind, type Arena, type Grid, type Placed } from './arena';
import { holdersOf, kindOf, sweepOf } from './spanWords';
import { CACHE_CELLS, type Playback } from './playback';

export interface Palette {
  readonly background: string;
  readonly line: string;
  readonly text: string;
  readonly onColor: string;
  readonly free: string;
  readonly stack: string;
  readonly large: string;
  readonly touched: string;
  readonly followed: string;
  readonly isDark: boolean;
}

export interface Marks {
  readonly touched: ReadonlySet<number>;
  readonly followed: ReadonlySet<number>;
  readonly hovered: number;
}

export interface View {
  readonly grid: Grid;
  readonly width: number;
  readonly top: number;
  readonly height: number;
}

/** From here on a span has a label, and its slots can be told apart. */
const LABEL_HEIGHT = 22;
const SLOTS_HEIGHT = 52;

export function drawArena(
  context: CanvasRenderingContext2D,
  playback: Playback,
  arena: Arena,
  { view, palette, marks }: { readonly view: View; readonly palette: Palette; readonly marks: Marks },
): void {
  const { grid, width, top, height } = view;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, width, height);
  const firstRow = Math.floor(top / grid.cellHeight);
  const lastRow = Math.ceil((top + height) / grid.cellHeight);
  const cached = cachedSpans(playback);
  const outlines: (() => void)[] = [];
  for (let i = firstBehind(arena, firstRow * grid.columns); i < arena.placed.length; i++) {
    const placed = arena.placed[i];
    if (placed === undefined || placed.from >= lastRow * grid.columns) break;
    const brush = { context, playback, palette, cached };
    for (const box of boxesOf(placed, view)) drawBox(brush, placed, box);
    const isTouched = marks.touched.has(placed.span);
    const isFollowed = marks.followed.has(placed.span);
    if (isTouched || isFollowed || marks.hovered === placed.span)
      outlines.push(() => outline(context, boxesOf(placed, view), { palette, isTouched, isFollowed }));
  }
  // Outlines last, so that no neighbour covers them.
  for (const draw of outlines) draw();
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The part of the span that lies in front of this box, and in it, of 1. */
  readonly before: number;
  readonly share: number;
}

/** A span that does not fit into its row goes on in the next ones. */
export function boxesOf({ from, cells }: Placed, { grid, top, height }: View): readonly Box[] {
  const boxes: Box[] = [];
  const firstRow = Math.max(Math.floor(from / grid.columns), Math.floor(top / grid.cellHeight));
  const lastRow = Math.min(Math.floor((from + cells - 1) / grid.columns), Math.ceil((top + height) / grid.cellHeight));
  for (let row = firstRow; row <= lastRow; row++) {
    const start = Math.max(from, row * grid.columns);
    const end = Math.min(from + cells, (row + 1) * grid.columns);
    boxes.push({
      x: (start - row * grid.columns) * grid.cellWidth,
      y: row * grid.cellHeight - top,
      width: (end - start) * grid.cellWidth,
      height: grid.cellHeight,
      before: (start - from) / cells,
      share: (end - start) / cells,
    });
  }
  return boxes;
}

/** The span at a point of the canvas, or 0. */
export function spanAt(arena: Arena, { grid, top }: View, x: number, y: number): number {
  const column = Math.floor(x / grid.cellWidth);
  if (column < 0 || column >= grid.columns) return 0;
  const cell = Math.floor((y + top) / grid.cellHeight) * grid.columns + column;
  const placed = arena.placed[firstBehind(arena, cell)];
  return placed !== undefined && placed.from <= cell ? placed.span : 0;
}

interface Brush {
  readonly context: CanvasRenderingContext2D;
  readonly playback: Playback;
  readonly palette: Palette;
  readonly cached: ReadonlySet<number>;
}

function drawBox({ context, playback, palette, cached }: Brush, { span, isShortened }: Placed, box: Box): void {
  const gap = box.height > 12 ? 1.5 : 0.5;
  const inner = {
    x: box.x + gap,
    y: box.y + gap,
    width: Math.max(1, box.width - 2 * gap),
    height: box.height - 2 * gap,
  };
  const kind = kindOf(playback, span);
  const { x, y, width, height } = inner;
  if (kind === 'free') {
    context.fillStyle = palette.free;
    context.fillRect(x, y, width, height);
    if (box.height >= LABEL_HEIGHT && box.before === 0) label(context, palette.text, 'free', inner);
    return;
  }
  const color =
    kind === 'stack'
      ? palette.stack
      : kind === 'large'
        ? palette.large
        : classColor(playback.span(span, 'class'), palette);
  context.fillStyle = faded(color, palette);
  context.fillRect(x, y, width, height);
  const isCached = cached.has(span);
  const nelems = Math.max(1, playback.span(span, 'nelems'));
  if (kind === 'small' && box.height >= SLOTS_HEIGHT)
    drawSlots({ context, playback, palette, cached }, span, { inner, color, box });
  else {
    // How much of it is allocated; the rest of a cached span is the bet.
    const used = kind === 'small' ? Math.min(1, playback.span(span, 'allocCount') / nelems) : 1;
    const part = Math.max(0, Math.min(1, (used - box.before) / box.share));
    context.fillStyle = color;
    context.fillRect(x, y, width * part, height);
    if (isCached && kind === 'small' && part < 1 && box.height > 12)
      hatch(context, color, { x: x + width * part, y, width: width * (1 - part), height });
  }
  if (kind === 'stack' && box.height > 12) hatch(context, palette.background, inner);
  if (sweepOf(playback, span) !== 'swept' && box.height > 7) dots(context, palette, inner);
  if (isCached) {
    context.fillStyle = palette.text;
    context.fillRect(x, y, width, Math.max(1.5, Math.min(3, box.height / 8)));
  }
  if (box.height >= LABEL_HEIGHT && box.before === 0) {
    const holders = isCached
      ? ` ${holdersOf(playback, span)
          .map((p) => `P${p}`)
          .join(' ')}`
      : '';
    const name = kind === 'small' ? `${playback.span(span, 'class')}${holders}` : kind === 'large' ? 'L' : 'S';
    label(context, palette.text, `${name}${isShortened ? ' …' : ''}`, inner, palette.background);
  }
}

function drawSlots(
  { context, playback, palette }: Brush,
  span: number,
  {
    inner,
    color,
    box,
  }: {
    readonly inner: { x: number; y: number; width: number; height: number };
    readonly color: string;
    readonly box: Box;
  },
): void {
  const nelems = Math.max(1, playback.span(span, 'nelems'));
  const from = Math.round(box.before * nelems);
  const count = Math.max(1, Math.round(box.share * nelems));
  const top = inner.y + 18;
  const height = Math.max(8, inner.height - 20);
  const columns = Math.max(1, Math.ceil(Math.sqrt((count * inner.width) / height)));
  const rows = Math.ceil(count / columns);
  const [w, h] = [inner.width / columns, height / rows];
  for (let i = 0; i < count && from + i < nelems; i++) {
    const slot = from + i;
    const isAllocated = playback.isAllocated(span, slot);
    context.fillStyle = isAllocated ? (playback.isReachable(span, slot) ? color : palette.text) : palette.background;
    const size = isAllocated ? 0.5 : 0.75;
    context.fillRect(
      inner.x + (i % columns) * w + size,
      top + Math.floor(i / columns) * h + size,
      Math.max(0.5, w - 2 * size),
      Math.max(0.5, h - 2 * size),
    );
  }
}

function label(
  context: CanvasRenderingContext2D,
  color: string,
  text: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  background?: string,
): void {
  context.font = `600 ${height > 40 ? 12 : 11}px ui-sans-serif, system-ui, sans-serif`;
  const textWidth = context.measureText(text).width;
  if (textWidth + 6 > width) return;
  const middle = y + Math.min(height / 2, 10);
  if (background !== undefined) {
    context.fillStyle = background;
    context.fillRect(x + 2, middle - 7, textWidth + 4, 14);
  }
  context.fillStyle = color;
  context.textBaseline = 'middle';
  context.fillText(text, x + 4, middle);
}

function hatch(
  context: CanvasRenderingContext2D,
  color: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (let offset = -height; offset < width; offset += 6) {
    context.moveTo(x + offset, y + height);
    context.lineTo(x + offset + height, y);
  }
  context.stroke();
  context.restore();
}

function dots(
  context: CanvasRenderingContext2D,
  palette: Palette,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): void {
  context.fillStyle = palette.text;
  for (let offset = 3; offset < width - 1; offset += 5) context.fillRect(x + offset, y + height - 3, 1.5, 1.5);
}

function outline(
  context: CanvasRenderingContext2D,
  boxes: readonly Box[],
  {
    palette,
    isTouched,
    isFollowed,
  }: { readonly palette: Palette; readonly isTouched: boolean; readonly isFollowed: boolean },
): void {
  context.strokeStyle = isFollowed ? palette.followed : isTouched ? palette.touched : palette.text;
  context.lineWidth = 2;
  context.setLineDash(isFollowed && !isTouched ? [4, 3] : []);
  for (const { x, y, width, height } of boxes) context.strokeRect(x + 1, y + 1, Math.max(2, width - 2), height - 2);
  context.setLineDash([]);
}

function cachedSpans(playback: Playback): ReadonlySet<number> {
  const cached = new Set<number>();
  for (let p = 0; p < playback.procs; p++)
    for (let cell = 0; cell < CACHE_CELLS; cell++) cached.add(playback.cached(p, cell));
  cached.delete(0);
  return cached;
}

/** Neighbouring classes get hues far apart. */
export function classColor(sizeclass: number, { isDark }: Pick<Palette, 'isDark'>): string {
  const hue = Math.round((sizeclass * 137.5 + 190) % 360);
  return isDark ? `hsl(${hue} 55% 58%)` : `hsl(${hue} 55% 52%)`;
}

function faded(color: string, { isDark }: Palette): string {
  return color.startsWith('hsl(') ? color.replace(/\d+%\)$/, isDark ? '24%)' : '86%)') : color;
}
