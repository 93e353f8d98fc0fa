/** The figures after a step, each beside what it must equal. */
import { useMemo, useState } from 'preact/hooks';
import { formatNumber } from '../../properties/formatNumber';
import { COLUMNS, type ViewRow } from '../viewData';
import { Chart } from './chart';
import type { Playback } from './playback';
import { columnName, rowName, signed } from './rowWords';

/** More rows would make a step slow; the filter finds the others. */
const MAX_ROWS = 90;

export interface FiguresProps {
  readonly playback: Playback;
  readonly step: number;
  readonly system: string;
  readonly selected: number;
  readonly theme: string;
  /** The run beside, at the matching step. */
  readonly other: Playback | undefined;
  readonly onSelect: (row: number) => void;
}

type Scope = 'moving' | 'wrong' | 'all';

export function Figures(props: FiguresProps) {
  const { playback, step, system, selected, theme, onSelect } = props;
  const [text, setText] = useState('');
  const [scope, setScope] = useState<Scope>('moving');
  const rows = useMemo(() => rowsOf(playback, scope, text), [playback, scope, text]);
  const columns = useMemo(() => columnsOf(playback), [playback]);
  const moved = useMemo(() => playback.movedBy(step, 0), [playback, step]);
  const shown = rows.slice(0, MAX_ROWS);
  return (
    <section class="panel figures" aria-label="Figures">
      <h2>
        Figures <small>{`after command ${step + 1}`}</small>
      </h2>
      <div class="filters">
        <input
          type="search"
          placeholder="Filter: nmalloc, BySize[5]…"
          aria-label="Filter figures by name"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <select
          aria-label="Which figures"
          value={scope}
          onChange={(event) => setScope(event.currentTarget.value as Scope)}
        >
          <option value="moving">that ever move</option>
          <option value="wrong">that are ever wrong</option>
          <option value="all">all</option>
        </select>
      </div>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Table of figures">
        <table>
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col">counter</th>
              {props.other === undefined ? null : <th scope="col">beside</th>}
              <th scope="col">moved</th>
              {columns.map((column) => (
                <th scope="col" key={column}>
                  {columnName(column, { system })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => (
              <FigureRow
                key={row}
                {...props}
                row={row}
                columns={columns}
                moved={moved.get(row) ?? 0}
                isFirst={i === 0 || groupOf(playback, shown[i - 1]) !== groupOf(playback, row)}
                isSelected={row === selected}
                onSelect={onSelect}
              />
            ))}
          </tbody>
        </table>
        {rows.length > MAX_ROWS ? (
          <p class="note">{formatNumber(rows.length - MAX_ROWS)} more figures; filter by name to see them.</p>
        ) : null}
        {rows.length === 0 ? <p class="note">No figure passes the filter.</p> : null}
      </div>
      <Chart playback={playback} row={selected} step={step} system={system} theme={theme} />
    </section>
  );
}

function FigureRow({
  playback,
  other,
  row,
  columns,
  moved,
  isFirst,
  isSelected,
  onSelect,
}: FiguresProps & {
  readonly row: number;
  readonly columns: readonly number[];
  readonly moved: number;
  readonly isFirst: boolean;
  readonly isSelected: boolean;
}) {
  const shown = playback.run.rows[row];
  if (shown === undefined) return null;
  const value = playback.figure(row, 0) ?? 0;
  const drift = playback.driftColumn(row);
  const beside = other === undefined ? undefined : otherFigure(other, shown);
  const classes = [
    drift > 0 ? 'wrong' : '',
    moved !== 0 ? 'moved' : '',
    isFirst ? 'first' : '',
    isSelected ? 'selected' : '',
  ];
  return (
    <tr class={classes.join(' ')}>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isSelected} onClick={() => onSelect(row)}>
          {drift > 0 ? <span class="sign">✗ </span> : null}
          {rowName(shown)}
        </button>
      </th>
      <td>{formatNumber(value)}</td>
      {other === undefined ? null : (
        <td class={beside === value ? '' : 'beside'}>
          {beside === undefined ? '–' : `${beside === value ? '' : '≠ '}${formatNumber(beside)}`}
        </td>
      )}
      <td class="by">{moved === 0 || shown.group === 'twin' ? '' : signed(moved)}</td>
      {columns.map((column) => (
        <ExpectedCell key={column} value={value} expected={playback.figure(row, column)} />
      ))}
    </tr>
  );
}

function ExpectedCell({ value, expected }: { readonly value: number; readonly expected: number | undefined }) {
  if (expected === undefined) return <td class="absent">·</td>;
  if (expected === value)
    return (
      <td class="equal" title={formatNumber(expected)}>
        = <span class="same">{formatNumber(expected)}</span>
      </td>
    );
  return (
    <td class="unequal">
      ≠ {formatNumber(expected)}
      <small>{signed(value - expected)}</small>
    </td>
  );
}

function rowsOf(playback: Playback, scope: Scope, text: string): readonly number[] {
  const order = { twin: 0, counter: 1, published: 2, local: 3, inside: 4 } as const;
  const wanted = text.trim().toLowerCase();
  return [...playback.run.rows.entries()]
    .filter(([row, { group }]) => group !== 'inside' && isInScope(playback, row, scope))
    .filter(([, row]) => rowName(row).toLowerCase().includes(wanted))
    .toSorted(
      ([left, a], [right, b]) =>
        order[a.group] - order[b.group] ||
        Number(b.class !== undefined) - Number(a.class !== undefined) ||
        left - right,
    )
    .map(([row]) => row);
}

function isInScope(playback: Playback, row: number, scope: Scope): boolean {
  const isWrong = (playback.firstDrift[row] ?? -1) >= 0;
  return scope === 'all' || isWrong || (scope === 'moving' && playback.moves[row] === 1);
}

/** The columns that any row has, without the first. */
function columnsOf(playback: Playback): readonly number[] {
  const all = playback.run.rows.reduce((bits, { columns }) => bits | columns, 0);
  return COLUMNS.map((_, column) => column).filter((column) => column > 0 && (all & (1 << column)) !== 0);
}

function groupOf(playback: Playback, row: number | undefined): string {
  return playback.run.rows[row ?? -1]?.group ?? '';
}

function otherFigure(other: Playback, { name, class: sizeclass, p }: ViewRow): number | undefined {
  const row = other.run.rows.findIndex((shown) => shown.name === name && shown.class === sizeclass && shown.p === p);
  return row < 0 ? undefined : other.figure(row, 0);
}
