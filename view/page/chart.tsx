/** One figure over the whole run, beside what it must equal. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Playback } from './playback';
import { columnName, rowName } from './rowWords';
import { useSize } from './useSize';

const HEIGHT = 132;
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]] as const;

export interface ChartProps {
  readonly playback: Playback;
  readonly row: number;
  readonly step: number;
  readonly system: string;
  readonly theme: string;
}

export function Chart({ playback, row, step, system, theme }: ChartProps) {
  const [ref, { width }] = useSize<HTMLDivElement>();
  const plot = useRef<uPlot>();
  const steps = useRef(step);
  steps.current = step;
  const shown = playback.run.rows[row];
  const history = useMemo(() => playback.history(row), [playback, row]);
  useEffect(() => {
    if (ref.current === null || width === 0 || shown === undefined) return undefined;
    const style = getComputedStyle(ref.current);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    const lines = history.flatMap((line, column) => (line === undefined ? [] : [{ line, column }]));
    const x = Float64Array.from({ length: playback.steps + 1 }, (_, i) => i);
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const options: uPlot.Options = {
      width,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false } },
      axes: [
        {
          stroke: color('--muted'),
          grid: { stroke: color('--line'), width: 1 },
          ticks: { show: false },
          size: 22,
          space: 60,
          font: '11px system-ui',
        },
        {
          stroke: color('--muted'),
          grid: { stroke: color('--line'), width: 1 },
          ticks: { show: false },
          size: 62,
          space: 30,
          font: '11px system-ui',
        },
      ],
      series: [
        {},
        ...lines.map(({ column }) => ({
          label: columnName(column, { system }),
          stroke: color(`--column-${column}`),
          width: column === 0 ? 2 : 1.5,
          dash: [...(DASHES[column] ?? [])],
          points: { show: playback.steps < 12, size: 5 },
          ...(stepped === undefined ? {} : { paths: stepped }),
        })),
      ],
      hooks: { draw: [(drawn) => drawStep(drawn, steps.current + 1, color('--accent'))] },
    };
    plot.current = new uPlot(options, [x, ...lines.map(({ line }) => line)], ref.current);
    return () => plot.current?.destroy();
  }, [playback, row, width, theme]);
  useEffect(() => plot.current?.redraw(false), [step]);
  return (
    <div class="chart">
      <h3>
        {shown === undefined ? 'No figure' : rowName(shown)} <small>over the trace</small>
      </h3>
      <ul class="chart-legend">
        {history.map((line, column) =>
          line === undefined ? null : (
            <li key={column}>
              <i class={`line line-${column}`} /> {columnName(column, { system })}
            </li>
          ),
        )}
      </ul>
      <div
        class="plot"
        ref={ref}
        role="img"
        aria-label={`${shown === undefined ? '' : rowName(shown)} over the trace; now at command ${step + 1}`}
      />
    </div>
  );
}

function drawStep(plot: uPlot, x: number, color: string): void {
  const { ctx, bbox } = plot;
  const at = Math.round(plot.valToPos(x, 'x', true));
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(at, bbox.top);
  ctx.lineTo(at, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
