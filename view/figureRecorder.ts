/** Records what figures a system shows after each step, and what each of them must equal. */
import { MAX_PROCS } from '../model/mcache';
import {
  ALLOC,
  FREES,
  HEAP_ALLOC,
  HEAP_OBJECTS,
  MALLOCS,
  MEMSTATS_TOTALS,
  TOTAL_ALLOC,
  copyMemStats,
  newMemStats,
  type MemStats,
} from '../model/memstats';
import type { Heap } from '../model/mheap';
import { BY_SIZE_CLASSES, NUM_SIZE_CLASSES, class_to_size } from '../model/sizeclasses';
import { at } from '../properties/at';
import { Ledger } from '../properties/ledger/ledger';
import { SpanLedger } from '../properties/ledger/spanLedger';
import type { Observation, System } from '../properties/system';
import type { Command } from '../properties/trace/command';
import type { Shape } from '../properties/trace/trace';
import { StreamWriter } from './streamWriter';
import { CLEAN, LEDGER, RESCAN, VALUE, type ViewRow } from './viewData';

/** Counters of the heap that are single numbers. */
const SCALARS = [
  'heap_live',
  'pagesInUse',
  'tinyallocs',
  'nlargealloc',
  'largealloc',
  'nlargefree',
  'largefree',
  'stacks_inuse',
  'heap_inuse',
  'heap_idle',
  'heap_sys',
  'numgc',
] as const;

const INSIDE = ['sweepgen', 'gomaxprocs', 'arenaUsedPages'] as const;

const COLUMNS_PER_ROW = 4;

type Place = Pick<ViewRow, 'class' | 'p'>;

export class FigureRecorder {
  readonly stream = new StreamWriter();
  private readonly rowList: { row: ViewRow; columns: number }[] = [];
  /** By name, then by P and class. */
  private readonly rowOf = new Map<string, number[]>();
  private readonly values: number[] = [];
  private readonly written: number[] = [];
  /** Rows that the step changed. */
  private readonly changed = new Set<number>();
  private readonly ledger = new Ledger();
  private readonly spans = new SpanLedger();
  private readonly baseline = newMemStats();
  private readonly lazy: boolean;
  /** The largest class that may have moved, so that a row exists for no class that never did. */
  private readonly classes = new Set<number>();
  private readonly drifting = new Set<number>();
  /** The first step after which a figure was not what it must equal. */
  corruptingStep: number | undefined;

  constructor(system: System, shape: Shape) {
    this.lazy = system.collection === 'lazy';
    this.ledger.keepsTinyBlocks = this.lazy;
    this.ledger.reset(shape.procs, system.observationFlushes || shape.readsEachStep === true);
    this.spans.reset();
  }

  get rows(): readonly ViewRow[] {
    return this.rowList.map(({ row, columns }) => ({ ...row, columns }));
  }

  /** Takes the state before the first command. */
  begin({ published, rescan, events }: Observation): void {
    copyMemStats(published, this.baseline);
    if (events !== undefined) this.spans.addInitialSpans(events);
    for (let c = 1; c < NUM_SIZE_CLASSES; c++) if (at(published.mallocs, c) > 0) this.classes.add(c);
    this.memStats(VALUE, published);
    if (rescan !== undefined) this.memStats(RESCAN, rescan.stats);
    if (events !== undefined || !this.lazy) this.ledgerStats(events !== undefined);
    this.write();
  }

  /** Records one step. @param clean what the reference shows after the same command. */
  step(step: number, command: Command, observation: Observation, clean: Observation | undefined): void {
    const { published, rescan, events, heap, predicted, twins = [] } = observation;
    this.ledger.apply(command);
    if (events !== undefined) this.spans.follow(command, this.ledger, events);
    this.noteClasses(observation);
    this.memStats(VALUE, published);
    if (rescan !== undefined) this.memStats(RESCAN, rescan.stats);
    if (events !== undefined || !this.lazy) this.ledgerStats(events !== undefined);
    if (predicted !== undefined) this.memStats(CLEAN, predicted.stats);
    for (const { counter, where, expected, actual } of twins) {
      const name = where === undefined ? counter : `${counter} of ${where}`;
      this.set(name, 'twin', {}, VALUE, actual);
      this.set(name, 'twin', {}, RESCAN, expected);
    }
    if (heap !== undefined) {
      this.counters(VALUE, heap);
      this.set('pagesInUse', 'counter', {}, LEDGER, this.spans.pagesInUse);
      this.set('heap_live', 'counter', {}, LEDGER, this.spans.heapLive);
      for (const name of INSIDE) this.set(name, 'inside', {}, VALUE, heap[name]);
    }
    if (clean?.heap !== undefined) {
      this.memStats(CLEAN, clean.published);
      this.counters(CLEAN, clean.heap);
    }
    this.write();
    if (this.drifting.size > 0) this.corruptingStep ??= step;
  }

  private noteClasses({ published, heap }: Observation): void {
    if (heap !== undefined) {
      for (let i = 0; i < heap.classesInPlayLength; i++) this.classes.add(at(heap.classesInPlay, i));
      return;
    }
    for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
      if (published.mallocs[c] !== this.baseline.mallocs[c] || at(this.ledger.mallocs, c) > 0) this.classes.add(c);
    }
  }

  private memStats(column: number, { totals, mallocs, frees }: MemStats): void {
    for (const [i, name] of MEMSTATS_TOTALS.entries()) this.set(name, 'published', {}, column, at(totals, i));
    for (const c of this.classes) {
      if (c >= BY_SIZE_CLASSES) continue;
      this.set('BySize.Mallocs', 'published', { class: c }, column, at(mallocs, c));
      this.set('BySize.Frees', 'published', { class: c }, column, at(frees, c));
    }
  }

  /** The figures that the ledger knows, as `ledgerDrifts` of properties/checks forms them. */
  private ledgerStats(hasEvents: boolean): void {
    const { ledger, spans, baseline } = this;
    const freesOf = hasEvents ? spans.frees : ledger.condemned;
    const { mallocs } = ledger;
    const { hits } = ledger.tiny;
    let mallocsSum = at(mallocs, 0) + hits;
    let freesSum = at(freesOf, 0) + hits;
    let allocBytes = ledger.largeAllocBytes;
    let liveBytes = allocBytes - (hasEvents ? spans.largeFreeBytes : ledger.largeCondemnedBytes);
    for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
      mallocsSum += at(mallocs, c);
      freesSum += at(freesOf, c);
      allocBytes += at(mallocs, c) * at(class_to_size, c);
      liveBytes += (at(mallocs, c) - at(freesOf, c)) * at(class_to_size, c);
    }
    const moved = [
      [MALLOCS, mallocsSum],
      [FREES, freesSum],
      [TOTAL_ALLOC, allocBytes],
      [ALLOC, liveBytes],
      [HEAP_ALLOC, liveBytes],
      [HEAP_OBJECTS, mallocsSum - freesSum],
    ] as const;
    for (const [field, value] of moved)
      this.set(at(MEMSTATS_TOTALS, field), 'published', {}, LEDGER, at(baseline.totals, field) + value);
    for (const c of this.classes) {
      if (c >= BY_SIZE_CLASSES) continue;
      const place = { class: c };
      this.set('BySize.Mallocs', 'published', place, LEDGER, at(baseline.mallocs, c) + at(mallocs, c));
      this.set('BySize.Frees', 'published', place, LEDGER, at(baseline.frees, c) + at(freesOf, c));
    }
  }

  private counters(column: number, heap: Heap): void {
    for (const c of this.classes) {
      this.set('nmalloc', 'counter', { class: c }, column, at(heap.nmalloc, c));
      this.set('nsmallfree', 'counter', { class: c }, column, at(heap.nsmallfree, c));
    }
    for (const name of SCALARS) this.set(name, 'counter', {}, column, heap[name]);
    const { mcaches } = heap;
    for (let p = 0; p < Math.min(mcaches.procs, MAX_PROCS); p++) {
      for (const c of this.classes)
        this.set(
          'local_nsmallfree',
          'local',
          { p, class: c },
          column,
          at(mcaches.local_nsmallfree, p * NUM_SIZE_CLASSES + c),
        );
      this.set('local_tinyallocs', 'local', { p }, column, at(mcaches.local_tinyallocs, p));
      this.set('local_nlargefree', 'local', { p }, column, at(mcaches.local_nlargefree, p));
      this.set('local_largefree', 'local', { p }, column, at(mcaches.local_largefree, p));
      if (column !== VALUE) continue;
      this.set('tinySpan', 'inside', { p }, column, at(mcaches.tinySpan, p));
      this.set('tinySlot', 'inside', { p }, column, at(mcaches.tinySlot, p));
      this.set('tinyoffset', 'inside', { p }, column, at(mcaches.tinyoffset, p));
    }
  }

  /** A figure that is not a number is one that the system does not have. */
  private set(name: string, group: ViewRow['group'], place: Place, column: number, value: number): void {
    if (Number.isNaN(value)) return;
    const row = this.row(name, group, place);
    const known = at(this.rowList, row);
    const cell = row * COLUMNS_PER_ROW + column;
    if (value === this.values[cell] && (known.columns & (1 << column)) !== 0) return;
    known.columns |= 1 << column;
    this.values[cell] = value;
    this.changed.add(row);
  }

  /** Writes what changed: the values themselves, and of the other columns what they have beyond the value. */
  private write(): void {
    for (const row of this.changed) {
      const { columns } = at(this.rowList, row);
      const first = row * COLUMNS_PER_ROW;
      const value = at(this.values, first);
      let isOff = false;
      for (let column = VALUE; column <= CLEAN; column++) {
        if ((columns & (1 << column)) === 0 || (column > VALUE && (columns & 1) === 0)) continue;
        const shown = column === VALUE ? value : at(this.values, first + column) - value;
        if (column > VALUE && shown !== 0) isOff = true;
        if (shown === this.written[first + column]) continue;
        this.written[first + column] = shown;
        this.stream.data.push(first + column, shown);
      }
      if (isOff) this.drifting.add(row);
      else this.drifting.delete(row);
    }
    this.changed.clear();
  }

  private row(name: string, group: ViewRow['group'], place: Place): number {
    let rowsOfName = this.rowOf.get(name);
    if (rowsOfName === undefined) this.rowOf.set(name, (rowsOfName = []));
    const key = ((place.p ?? -1) + 1) * NUM_SIZE_CLASSES + (place.class ?? 0);
    let row = rowsOfName[key];
    if (row === undefined) {
      row = this.rowList.length;
      rowsOfName[key] = row;
      this.rowList.push({ row: { name, group, ...place, columns: 0 }, columns: 0 });
      for (let column = 0; column < COLUMNS_PER_ROW; column++) {
        this.values.push(0);
        this.written.push(0);
      }
    }
    return row;
  }
}
