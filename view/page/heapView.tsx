/** The heap after a step: the arena, the span in focus with its slots, the caches of the Ps and the central lists. */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { formatNumber } from '../../properties/formatNumber';
import { arenaOf, fittingZoom, gridOf, MAX_ZOOM } from './arena';
import { drawArena, spanAt, type Palette, type View } from './drawArena';
import type { Follow } from './follow';
import { CentralLists } from './centralLists';
import { PCaches } from './pCaches';
import type { Playback } from './playback';
import { SpanDetail } from './spanDetail';
import { spanText } from './spanWords';
import { useSize } from './useSize';

/** The arena takes no more of the page than this; it can be scrolled. */
const MAX_ARENA_HEIGHT = 220;
const MAX_TALL_ARENA_HEIGHT = 440;
const TALL_WINDOW = 1300;
const MIN_ARENA_HEIGHT = 48;

export interface HeapViewProps {
  readonly playback: Playback;
  /** The step that is shown; the playback is there already. */
  readonly step: number;
  readonly title: string | undefined;
  readonly palette: Palette;
  readonly followed: ReadonlySet<number>;
  readonly focus: number;
  readonly onFollow: (follow: Follow) => void;
}

export function HeapView(props: HeapViewProps) {
  const { playback, step, title, focus, onFollow } = props;
  const isEmpty = playback.maxSpan === 0;
  return (
    <section class="panel heap" aria-label={title === undefined ? 'Heap' : `Heap, ${title}`}>
      <h2>
        Heap <small>{title ?? `after command ${step + 1}`}</small>
      </h2>
      {isEmpty ? (
        <p class="note">This system does not show its spans; its figures are on the right.</p>
      ) : (
        <div class="heap-parts">
          <ArenaCanvas {...props} />
          <PCaches playback={playback} step={step} onFollow={onFollow} />
          <SpanDetail playback={playback} span={focus} step={step} onFollow={onFollow} />
          {playback.run.hasAddresses ? <CentralLists playback={playback} step={step} onFollow={onFollow} /> : null}
        </div>
      )}
    </section>
  );
}

function ArenaCanvas({ playback, step, title, palette, followed, onFollow }: HeapViewProps) {
  const [ref, { width, height }] = useSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [ownZoom, setOwnZoom] = useState<number>();
  const [top, setTop] = useState(0);
  const [hovered, setHovered] = useState(0);
  const arena = useMemo(() => arenaOf(playback), [playback, playback.layout]);
  const maxHeight = window.innerHeight > TALL_WINDOW ? MAX_TALL_ARENA_HEIGHT : MAX_ARENA_HEIGHT;
  const zoom = ownZoom ?? fittingZoom(arena.cells, Math.max(1, width), maxHeight);
  const grid = gridOf(arena.cells, Math.max(1, width), zoom);
  const view: View = { grid, width, top, height };
  const touched = useMemo(() => playback.touchedIn(step), [playback, step]);
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== w) element.width = w;
    if (element.height !== h) element.height = h;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawArena(context, playback, arena, { view, palette, marks: { touched, followed, hovered } });
  });
  // Keep what the step touched in sight.
  useLayoutEffect(() => {
    const first = arena.placed.find(({ span }) => touched.has(span));
    const list = ref.current;
    if (first === undefined || list === null || height === 0) return;
    const y = Math.floor(first.from / grid.columns) * grid.cellHeight;
    if (y < list.scrollTop || y + grid.cellHeight > list.scrollTop + height)
      list.scrollTop = Math.max(0, y - height / 3);
  }, [step, playback, zoom, width]);
  const at = (event: { readonly offsetX: number; readonly offsetY: number }): number =>
    spanAt(arena, view, event.offsetX, event.offsetY);
  const inUse = arena.placed.length;
  return (
    <div class="arena">
      <div class="part-head">
        <h3>
          Arena <small>{`${formatNumber(arena.cells)} pages, ${formatNumber(inUse)} spans`}</small>
        </h3>
        <span class="zoom">
          <button
            type="button"
            aria-label="Zoom out"
            disabled={zoom === 0}
            onClick={() => setOwnZoom(Math.max(0, zoom - 1))}
          >
            −
          </button>
          <button
            type="button"
            aria-label="Zoom in"
            disabled={zoom === MAX_ZOOM}
            onClick={() => setOwnZoom(Math.min(MAX_ZOOM, zoom + 1))}
          >
            +
          </button>
        </span>
      </div>
      <Legend />
      <div
        class="arena-scroll"
        style={{ height: `${Math.max(MIN_ARENA_HEIGHT, Math.min(maxHeight, grid.rows * grid.cellHeight + 2))}px` }}
        ref={ref}
        tabIndex={0}
        role="region"
        aria-label={`Arena by pages${title === undefined ? '' : `, ${title}`}`}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: `${grid.rows * grid.cellHeight}px` }}>
          <canvas
            ref={canvas}
            class="arena-canvas"
            style={{ height: `${height}px` }}
            role="img"
            aria-label={`Arena after command ${step + 1}: ${
              [...touched]
                .slice(0, 4)
                .map((span) => spanText(playback, span))
                .join('; ') || 'no span touched'
            }`}
            onMouseMove={(event) => setHovered(at(event))}
            onMouseLeave={() => setHovered(0)}
            onClick={(event) => {
              const span = at(event);
              if (span > 0) onFollow({ kind: 'span', id: span });
            }}
          />
        </div>
      </div>
      <p class="hover-text" aria-live="off">
        {hovered > 0 ? spanText(playback, hovered) : 'Point at a span to name it, click to follow it.'}
      </p>
    </div>
  );
}

function Legend() {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <i class="key free" /> free
      </li>
      <li>
        <i class="key used" /> class n, filled as far as allocated
      </li>
      <li>
        <i class="key bet" /> cached: the bet
      </li>
      <li>
        <i class="key unswept" /> unswept
      </li>
      <li>
        <i class="key touched" /> touched
      </li>
    </ul>
  );
}
