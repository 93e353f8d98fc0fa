/** The commands of a run: a list of which only what can be seen is in the document. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { formatNumber } from '../../properties/formatNumber';
import type { ViewRun } from '../viewData';
import { EMPTY_FILTER, matches, type CommandFilter } from './commandFilter';
import { useSize } from './useSize';

const ROW_HEIGHT = 30;
/** Browsers clip elements that are much taller; a longer list is scrolled in proportion. */
const MAX_HEIGHT = 8_000_000;

export interface CommandListProps {
  readonly run: ViewRun;
  readonly step: number;
  /** Steps that touch what is followed. */
  readonly followed: ReadonlySet<number>;
  /** The first step after which the compared run differs, or -1. */
  readonly difference: number;
  readonly onStep: (step: number) => void;
}

export function CommandList(props: CommandListProps) {
  const { run, step, onStep } = props;
  const [filter, setFilter] = useState<CommandFilter>(EMPTY_FILTER);
  const shown = useMemo(() => shownCommands(run, filter), [run, filter]);
  const [ref, { height }] = useSize();
  const [top, setTop] = useState(0);
  const position = useMemo(() => shown.findLastIndex((index) => index <= step), [shown, step]);
  const total = Math.min(MAX_HEIGHT, shown.length * ROW_HEIGHT);
  useLayoutEffect(() => {
    const list = ref.current;
    if (list === null || position < 0 || height === 0) return;
    const y = position * ROW_HEIGHT;
    if (y < list.scrollTop) list.scrollTop = Math.max(0, y - ROW_HEIGHT);
    else if (y + ROW_HEIGHT > list.scrollTop + height) list.scrollTop = y + 2 * ROW_HEIGHT - height;
  }, [position, height, shown]);
  useEffect(() => setFilter(EMPTY_FILTER), [run]);
  const first = Math.max(0, Math.floor(top / ROW_HEIGHT) - 4);
  const last = Math.min(shown.length, Math.ceil((top + height) / ROW_HEIGHT) + 4);
  const isDrawn = shown[position] === step && position >= first && position < last;
  return (
    <section class="panel commands" aria-label="Commands">
      <h2>
        Commands <small>{formatNumber(run.commands.text.length)}</small>
      </h2>
      <FilterRow run={run} filter={filter} count={shown.length} onFilter={setFilter} />
      {run.lanes === undefined ? null : <LaneHeads lanes={run.lanes} />}
      <div
        class="list"
        ref={ref}
        role="listbox"
        tabIndex={0}
        aria-label="Commands; arrow keys step"
        aria-activedescendant={isDrawn ? `command-${step}` : undefined}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div class="spacer" role="presentation" style={{ height: `${total}px` }}>
          {shown.slice(first, last).map((index, i) => (
            <CommandRow key={index} {...props} index={index} y={(first + i) * ROW_HEIGHT} onStep={onStep} />
          ))}
        </div>
      </div>
      {run.commandsCut > 0 ? <p class="note">{formatNumber(run.commandsCut)} later commands were not run.</p> : null}
    </section>
  );
}

function CommandRow({
  run,
  step,
  followed,
  difference,
  index,
  y,
  onStep,
}: CommandListProps & { readonly index: number; readonly y: number }) {
  const { text, lane, without } = run.commands;
  const isNotice = run.failure?.step === index;
  const isCorrupting = run.corruptingStep === index;
  const isSwitch = lane !== undefined && index > 0 && lane[index] !== lane[index - 1];
  const classes = ['command', index === step ? 'current' : '', index > step ? 'later' : '', isSwitch ? 'switch' : ''];
  return (
    <div
      id={`command-${index}`}
      class={classes.join(' ')}
      role="option"
      aria-selected={index === step}
      style={{ transform: `translateY(${y}px)` }}
      title={without?.[index] === undefined ? text[index] : `${text[index]}\nwithout it: ${without[index]}`}
      onClick={() => onStep(index)}
    >
      <span class="number">{index + 1}</span>
      {lane === undefined || run.lanes === undefined ? (
        <span class="text">{text[index]}</span>
      ) : (
        <span class="lane-cells" style={{ gridTemplateColumns: `repeat(${run.lanes.length}, minmax(0, 1fr))` }}>
          <span class="text" style={{ gridColumn: (lane[index] ?? 0) + 1 }}>
            {text[index]}
          </span>
        </span>
      )}
      {followed.has(index) ? (
        <span class="tag follow" title="touches what is followed">
          ●
        </span>
      ) : null}
      {index === difference ? <span class="tag differ">≠ differs</span> : null}
      {isCorrupting ? (
        <span class="tag bad" title={isNotice ? 'corrupts a figure, and is noticed at once' : 'corrupts a figure'}>
          ✗ corrupts
        </span>
      ) : null}
      {isNotice && !isCorrupting ? <span class="tag notice">! noticed</span> : null}
    </div>
  );
}

function LaneHeads({ lanes }: { readonly lanes: readonly string[] }) {
  return (
    <div class="lanes" style={{ gridTemplateColumns: `repeat(${lanes.length}, minmax(0, 1fr))` }}>
      {lanes.map((name) => (
        <b key={name}>{name}</b>
      ))}
    </div>
  );
}

function FilterRow({
  run,
  filter,
  count,
  onFilter,
}: {
  readonly run: ViewRun;
  readonly filter: CommandFilter;
  readonly count: number;
  readonly onFilter: (filter: CommandFilter) => void;
}) {
  const ps = useMemo(() => distinct(run.commands.p), [run]);
  const classes = useMemo(() => distinct(run.commands.class), [run]);
  return (
    <div class="filters">
      <input
        type="search"
        placeholder="Filter: op, o3, s2…"
        aria-label="Filter commands by text or object"
        value={filter.text}
        onInput={(event) => onFilter({ ...filter, text: event.currentTarget.value })}
      />
      <select
        hidden={ps.length === 0}
        aria-label="Filter commands by P"
        value={String(filter.p)}
        onChange={(event) => onFilter({ ...filter, p: Number(event.currentTarget.value) })}
      >
        <option value="-1">every P</option>
        {ps.map((p) => (
          <option key={p} value={String(p)}>
            P{p}
          </option>
        ))}
      </select>
      <select
        hidden={classes.length === 0}
        aria-label="Filter commands by size class"
        value={String(filter.class)}
        onChange={(event) => onFilter({ ...filter, class: Number(event.currentTarget.value) })}
      >
        <option value="-1">every class</option>
        {classes.map((c) => (
          <option key={c} value={String(c)}>
            class {c}
          </option>
        ))}
      </select>
      <output aria-live="polite">{filter === EMPTY_FILTER ? '' : `${formatNumber(count)} shown`}</output>
    </div>
  );
}

function shownCommands(run: ViewRun, filter: CommandFilter): readonly number[] {
  const all = run.commands.text.map((_, index) => index);
  return filter === EMPTY_FILTER ? all : all.filter((index) => matches(run.commands, index, filter));
}

function distinct(values: readonly number[]): readonly number[] {
  return [...new Set(values)].filter((value) => value >= 0).toSorted((left, right) => left - right);
}
