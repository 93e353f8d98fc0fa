/** One figure over the whole run, beside what it must equal. */
import { useEffect, useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { Playback } from './playback';
import { columnName, rowName } from './rowWords';
import { useSize } from './useSize';

const HEIGHT = 132;
/** Room for the labels of the vertical axis, and on the other side. */
const LEFT = 84;
const RIGHT = 14;
/** Commands are whole. */
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((first) => [1, 10, 100, 1_000, 10_000, 100_000].map((scale) => first * scale))
  .toSorted((left, right) => left - right);
const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]] as const;

export interface ChartProps {
  readonly playback: Playback;
  readonly row: number;
  readonly step: number;
  readonly system: string;
  readonly theme: string;
}

export function Chart({ playback, row, step, system, theme }: ChartProps) {
  const [ref, { width }] = useSize();
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
      padding: [8, RIGHT, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: [0, Math.max(1, playback.steps)] } },
      axes: [
        {
          stroke: color('--muted'),
          grid: { stroke: color('--line'), width: 1 },
          ticks: { show: false },
          size: 22,
          space: 60,
          incrs: WHOLE_STEPS,
          font: '11px system-ui',
        },
        {
          stroke: color('--muted'),
          grid: { stroke: color('--line'), width: 1 },
          ticks: { show: false },
          size: LEFT,
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
    };
    const plot = new uPlot(options, [x, ...lines.map(({ line }) => line)], ref.current);
    return () => plot.destroy();
  }, [playback, row, width, theme]);
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
      >
        <i class="now" style={{ transform: `translateX(${stepX(step, playback.steps, width)}px)` }} />
      </div>
    </div>
  );
}

/** The place of a step between the axes, in CSS pixels. */
function stepX(step: number, steps: number, width: number): number {
  return LEFT + ((step + 1) / Math.max(1, steps)) * Math.max(0, width - LEFT - RIGHT);
}
