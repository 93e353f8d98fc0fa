/**
 * A run that can be moved to any step. The state after one step is kept, and for every change both the new value and the
 * old one, so a step costs what it changes, forwards and backwards.
 */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { PLACED } from '../../model/events';
import { SPAN_DEAD } from '../../model/mspan';
import {
  CACHE_GROUP,
  COLUMNS,
  EVENT_GROUP,
  FIELD,
  FIGURE_GROUP,
  SLOT_GROUP,
  SPAN_FIELDS,
  SPAN_GROUP,
  type SpanField,
  type Stream,
  type ViewRow,
  type ViewRun,
} from '../viewData';

const FIELDS = SPAN_FIELDS.length;
export const CACHE_CELLS = 2 * NUM_SIZE_CLASSES;
const WORDS = 64;
const LAYOUT_FIELDS: ReadonlySet<number> = new Set([FIELD.state, FIELD.base, FIELD.npages, FIELD.list, FIELD.next]);

type Numbers = Int32Array | Float64Array;

/** Changes to one table: the cells, their values before and after, and where each step ends. */
class Delta {
  readonly cells: Int32Array;
  readonly before: Numbers;
  readonly after: Numbers;
  readonly state: Numbers;

  constructor(
    readonly ends: Int32Array,
    { cells, after, state }: { readonly cells: Int32Array; readonly after: Numbers; readonly state: Numbers },
  ) {
    this.cells = cells;
    this.after = after;
    this.state = state;
    this.before = after.slice();
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] ?? 0;
      this.before[i] = state[cell] ?? 0;
      state[cell] = after[i] ?? 0;
    }
    state.fill(0);
  }

  move(from: number, to: number): void {
    const { cells, before, after, state, ends } = this;
    const start = endOf(ends, from);
    const end = endOf(ends, to);
    for (let i = start; i < end; i++) state[cells[i] ?? 0] = after[i] ?? 0;
    for (let i = start - 1; i >= end; i--) state[cells[i] ?? 0] = before[i] ?? 0;
  }
}

/** Step -2 is before the initial state, -1 the initial state, 0 the state after the first command. */
function endOf(ends: Int32Array, step: number): number {
  return step < -1 ? 0 : (ends[step + 1] ?? 0);
}

/** One row of figures over all steps, by column. */
export type History = readonly (Float64Array | undefined)[];

export class Playback {
  readonly steps: number;
  readonly maxSpan: number;
  readonly procs: number;
  /** Pages of the arena at its largest. */
  readonly arenaPages: number;
  private readonly spanDelta: Delta;
  private readonly slotDelta: Delta;
  private readonly cacheDelta: Delta;
  private readonly figureDelta: Delta;
  private readonly events: Int32Array;
  private readonly eventEnds: Int32Array;
  /** By row: the first step after which its figures disagree, or -1. */
  readonly firstDrift: Int32Array;
  /** By row: whether it ever moves after the initial state. */
  readonly moves: Uint8Array;
  private readonly rowsByName = new Map<string, number>();
  /** By name: the command that allocates it. */
  private readonly births: ReadonlyMap<number, number>;
  private at = -2;

  constructor(readonly run: ViewRun) {
    this.steps = run.steps;
    this.births = new Map(run.commands.born.map((name, step) => [name, step]));
    const spanData = Int32Array.from(run.spans.data);
    this.maxSpan = maxOf(spanData, SPAN_GROUP, 0);
    const cacheData = Int32Array.from(run.caches.data);
    this.procs = Math.max(maxOf(cacheData, CACHE_GROUP, 0), ...run.rows.map(({ p }) => p ?? 0)) + 1;
    this.spanDelta = deltaOf(run.spans.ends, spanData, {
      group: SPAN_GROUP,
      cellOf: (i) => (spanData[i] ?? 0) * FIELDS + (spanData[i + 1] ?? 0),
      size: (this.maxSpan + 1) * FIELDS,
    });
    this.cacheDelta = deltaOf(run.caches.ends, cacheData, {
      group: CACHE_GROUP,
      cellOf: (i) => (cacheData[i] ?? 0) * CACHE_CELLS + (cacheData[i + 1] ?? 0),
      size: this.procs * CACHE_CELLS,
    });
    this.slotDelta = slotDeltaOf(run.slots, this.maxSpan);
    this.figureDelta = figureDeltaOf(run.figures, run.rows.length);
    this.events = Int32Array.from(run.events.data);
    this.eventEnds = Int32Array.from(run.events.ends);
    this.firstDrift = new Int32Array(run.rows.length).fill(-1);
    this.moves = new Uint8Array(run.rows.length);
    this.arenaPages = this.findArenaPages(spanData);
    this.findDrifts();
    this.seek(-1);
  }

  /** The step whose state is shown: -1 before the first command. */
  get step(): number {
    return this.at;
  }

  seek(step: number): void {
    const to = Math.max(-1, Math.min(step, this.steps - 1));
    this.noteMoves(to);
    for (const delta of [this.spanDelta, this.slotDelta, this.cacheDelta, this.figureDelta]) delta.move(this.at, to);
    this.at = to;
  }

  /** Counts up whenever spans come, go or move to another place or list. */
  layout = 0;

  private noteMoves(to: number): void {
    const { cells, ends } = this.spanDelta;
    const [from, end] = [endOf(ends, this.at), endOf(ends, to)].toSorted((left, right) => left - right);
    for (let i = from ?? 0; i < (end ?? 0); i++) {
      if (!LAYOUT_FIELDS.has((cells[i] ?? 0) % FIELDS)) continue;
      this.layout++;
      return;
    }
  }

  span(span: number, field: SpanField): number {
    return this.spanDelta.state[span * FIELDS + FIELD[field]] ?? 0;
  }

  isSpan(span: number): boolean {
    return span > 0 && this.span(span, 'state') !== SPAN_DEAD;
  }

  /** Reports whether the slot is allocated: below freeindex, or set in allocBits. */
  isAllocated(span: number, slot: number): boolean {
    if (this.run.hasAddresses && slot < this.span(span, 'freeindex')) return true;
    return ((this.wordOf(span, slot, 0) >> (slot & 31)) & 1) !== 0;
  }

  isReachable(span: number, slot: number): boolean {
    return ((this.wordOf(span, slot, 1) >> (slot & 31)) & 1) !== 0;
  }

  private wordOf(span: number, slot: number, kind: 0 | 1): number {
    return this.slotDelta.state[(span * (WORDS / 2) + (slot >> 5)) * 2 + kind] ?? 0;
  }

  cached(p: number, cell: number): number {
    return this.cacheDelta.state[p * CACHE_CELLS + cell] ?? 0;
  }

  figure(row: number, column: number): number | undefined {
    const columns = this.run.rows[row]?.columns ?? 0;
    if ((columns & (1 << column)) === 0) return undefined;
    const { state } = this.figureDelta;
    const value = state[row * COLUMNS.length] ?? 0;
    return column === 0 ? value : value + (state[row * COLUMNS.length + column] ?? 0);
  }

  /** The first column that disagrees with the value of the row, or 0. */
  driftColumn(row: number): number {
    return driftColumn(this.run.rows[row], this.figureDelta.state, row);
  }

  /** Returns the row of that name, of the P if it has one; -1 if there is none. */
  rowNamed(name: string, p?: number): number {
    const key = `${name} ${p ?? ''}`;
    let row = this.rowsByName.get(key);
    if (row === undefined) {
      row = this.run.rows.findIndex((other) => other.name === name && other.p === p && other.class === undefined);
      this.rowsByName.set(key, row);
    }
    return row;
  }

  /** By how much the step moved each row's column, for those that it moved. */
  movedBy(step: number, column: number): ReadonlyMap<number, number> {
    const { cells, before, after, ends } = this.figureDelta;
    const moved = new Map<number, number>();
    if (step < 0) return moved;
    for (let i = endOf(ends, step - 1); i < endOf(ends, step); i++) {
      const cell = cells[i] ?? 0;
      if (cell % COLUMNS.length !== 0 && cell % COLUMNS.length !== column) continue;
      const row = Math.floor(cell / COLUMNS.length);
      moved.set(row, (moved.get(row) ?? 0) + (after[i] ?? 0) - (before[i] ?? 0));
    }
    return moved;
  }

  /** Events of a step: kind, span, argument. */
  eventsOf(step: number): { readonly data: Int32Array; readonly length: number } {
    if (step < 0) return { data: new Int32Array(0), length: 0 };
    const data = this.events.subarray(endOf(this.eventEnds, step - 1), endOf(this.eventEnds, step));
    return { data, length: data.length };
  }

  /** Spans that a step touched; a command without events touches the spans of the object that it names. */
  touchedIn(step: number): ReadonlySet<number> {
    const touched = this.spansIn(step);
    return touched.size > 0 ? touched : this.spansOfObject(this.run.commands.object[step] ?? -1);
  }

  /** Spans in which the objects of a name were allocated. */
  spansOfObject(name: number): ReadonlySet<number> {
    const birth = name < 0 ? -1 : (this.births.get(name) ?? -1);
    return birth < 0 ? new Set() : this.spansIn(birth, PLACED);
  }

  private spansIn(step: number, kind?: number): Set<number> {
    const spans = new Set<number>();
    const { data } = this.eventsOf(step);
    for (let i = 0; i < data.length; i += EVENT_GROUP)
      if (kind === undefined || data[i] === kind) spans.add(data[i + 1] ?? 0);
    spans.delete(0);
    return spans;
  }

  /** Steps whose events name the span. */
  stepsOfSpan(span: number): readonly number[] {
    const steps: number[] = [];
    for (let step = 0; step < this.steps; step++) {
      for (let i = endOf(this.eventEnds, step - 1) + 1; i < endOf(this.eventEnds, step); i += EVENT_GROUP) {
        if (this.events[i] !== span) continue;
        steps.push(step);
        break;
      }
    }
    return steps;
  }

  /** A row's figures after every step. */
  history(row: number): History {
    const { cells, after, ends } = this.figureDelta;
    const columns = this.run.rows[row]?.columns ?? 0;
    const lines = COLUMNS.map((_, column) =>
      (columns & (1 << column)) === 0 ? undefined : new Float64Array(this.steps + 1),
    );
    const now = [0, 0, 0, 0];
    let i = 0;
    for (let step = -1; step < this.steps; step++) {
      for (const end = endOf(ends, step); i < end; i++) {
        const cell = cells[i] ?? 0;
        if (Math.floor(cell / COLUMNS.length) === row) now[cell % COLUMNS.length] = after[i] ?? 0;
      }
      for (const [column, line] of lines.entries())
        if (line !== undefined) line[step + 1] = (now[0] ?? 0) + (column === 0 ? 0 : (now[column] ?? 0));
    }
    return lines;
  }

  private findArenaPages(spanData: Int32Array): number {
    const bases = new Int32Array(this.maxSpan + 1);
    const lengths = new Int32Array(this.maxSpan + 1);
    let pages = 0;
    for (let i = 0; i < spanData.length; i += SPAN_GROUP) {
      const span = spanData[i] ?? 0;
      if (spanData[i + 1] === FIELD.base) bases[span] = spanData[i + 2] ?? 0;
      else if (spanData[i + 1] === FIELD.npages) lengths[span] = spanData[i + 2] ?? 0;
      else continue;
      pages = Math.max(pages, (bases[span] ?? 0) + (lengths[span] ?? 0));
    }
    return pages;
  }

  private findDrifts(): void {
    const { cells, after, ends, state } = this.figureDelta;
    const touched = new Set<number>();
    let i = 0;
    for (let step = -1; step < this.steps; step++) {
      touched.clear();
      for (const end = endOf(ends, step); i < end; i++) {
        const cell = cells[i] ?? 0;
        state[cell] = after[i] ?? 0;
        touched.add(Math.floor(cell / COLUMNS.length));
      }
      if (step < 0) continue;
      for (const row of touched) {
        this.moves[row] = 1;
        if ((this.firstDrift[row] ?? 0) < 0 && driftColumn(this.run.rows[row], state, row) > 0)
          this.firstDrift[row] = step;
      }
    }
    state.fill(0);
  }
}

function driftColumn(row: ViewRow | undefined, state: Numbers, index: number): number {
  if (row === undefined || (row.columns & 1) === 0) return 0;
  const cell = index * COLUMNS.length;
  for (let column = 1; column < COLUMNS.length; column++)
    if ((row.columns & (1 << column)) !== 0 && state[cell + column] !== 0) return column;
  return 0;
}

interface Table {
  readonly group: number;
  readonly cellOf: (index: number) => number;
  readonly size: number;
}

/** The last number of each group is the new value. */
function deltaOf(ends: readonly number[], data: Int32Array, { group, cellOf, size }: Table): Delta {
  const length = data.length / group;
  const cells = new Int32Array(length);
  const after = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    cells[i] = cellOf(i * group);
    after[i] = data[i * group + group - 1] ?? 0;
  }
  return new Delta(
    Int32Array.from(ends, (end) => end / group),
    { cells, after, state: new Int32Array(size) },
  );
}

/** Each group becomes two changes: the allocated bits and the reachable ones. */
function slotDeltaOf({ ends, data }: Stream, maxSpan: number): Delta {
  const length = (data.length / SLOT_GROUP) * 2;
  const cells = new Int32Array(length);
  const after = new Int32Array(length);
  for (let i = 0; i < data.length; i += SLOT_GROUP) {
    const cell = ((data[i] ?? 0) * (WORDS / 2) + (data[i + 1] ?? 0)) * 2;
    for (let kind = 0; kind < 2; kind++) {
      cells[i / 2 + kind] = cell + kind;
      after[i / 2 + kind] = data[i + 2 + kind] ?? 0;
    }
  }
  const size = (maxSpan + 1) * WORDS;
  return new Delta(
    Int32Array.from(ends, (end) => end / 2),
    { cells, after, state: new Int32Array(size) },
  );
}

function figureDeltaOf({ ends, data }: Stream, rows: number): Delta {
  const length = data.length / FIGURE_GROUP;
  const cells = new Int32Array(length);
  const after = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    cells[i] = data[2 * i] ?? 0;
    after[i] = data[2 * i + 1] ?? 0;
  }
  const state = new Float64Array(rows * COLUMNS.length);
  return new Delta(
    Int32Array.from(ends, (end) => end / FIGURE_GROUP),
    { cells, after, state },
  );
}

function maxOf(data: Int32Array, group: number, offset: number): number {
  let max = 0;
  for (let i = offset; i < data.length; i += group) max = Math.max(max, data[i] ?? 0);
  return max;
}
