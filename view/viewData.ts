/** The data of a page, as docs/view-data.md specifies them: what `spancheck view` writes and the page reads. */

/** Everything that a page shows. */
export interface ViewData {
  readonly spancheck: 'view';
  readonly version: 1;
  /** The heading: usually the name of the trace file. */
  readonly title: string;
  readonly system: string;
  /** The release of Go, or whatever else says which system it was. */
  readonly note?: string | undefined;
  /** The planted fault. */
  readonly plant?: { readonly name: string; readonly text?: string | undefined } | undefined;
  /** The command line that repeats the trace. */
  readonly repeat?: string | undefined;
  /** The run that the page opens with, then those to compare it with. */
  readonly runs: readonly [ViewRun, ...ViewRun[]];
}

/** One trace on a system, step by step. */
export interface ViewRun {
  readonly kind: 'trace' | 'twin' | 'without';
  /** The difference from the first run: `count 128 instead of 1 in command 1`. */
  readonly label: string;
  readonly commands: ViewCommands;
  /** Names of the lanes if commands ran side by side. */
  readonly lanes?: readonly string[] | undefined;
  /** Steps that the system finished; fewer than there are commands if it died. */
  readonly steps: number;
  /** Commands after the failing step, which are not shown. */
  readonly commandsCut: number;
  readonly failure?: ViewFailure | undefined;
  /** Index of the first step after which a figure is wrong. */
  readonly corruptingStep?: number | undefined;
  readonly rows: readonly ViewRow[];
  /** True if span addresses are known; otherwise the page draws spans one after the other. */
  readonly hasAddresses: boolean;
  /** Events of each step: kind, span, argument, as model/events.ts numbers them. */
  readonly events: Stream;
  /** Changes to spans: span, index in SPAN_FIELDS, new value. */
  readonly spans: Stream;
  /** Changes to slots: span, word, bits that are allocated, bits that are reachable; 32 slots to a word. */
  readonly slots: Stream;
  /** Changes to caches: P, cell, span or 0. A cell is a size class, plus 67 where objects have pointers. */
  readonly caches: Stream;
  /**
   * Changes to figures: 4 · row + column, new number. Column 0 holds the figure; the others what theirs is beyond it, so
   * they are 0 as long as all agree.
   */
  readonly figures: Stream;
}

/** The commands as columns; -1 stands for what a command does not have. */
export interface ViewCommands {
  readonly text: readonly string[];
  readonly p: readonly number[];
  readonly class: readonly number[];
  /** The object or stack that a command allocates. */
  readonly born: readonly number[];
  /** The object or stack that a command names. */
  readonly object: readonly number[];
  /** The outcome without the command, if known. */
  readonly without?: readonly string[] | undefined;
  /** The lane of each command, where the run has lanes. */
  readonly lane?: readonly number[] | undefined;
}

export interface ViewFailure {
  readonly step: number;
  readonly check: string;
  readonly message: string;
  readonly also: readonly string[];
  /** `+8,128 = (nelems − allocCount) · elemsize of span 1, class 5, at uncacheSpan`. */
  readonly equals?: string | undefined;
}

/** Numbers in groups. `ends[0]` is where the initial state ends, `ends[i + 1]` where command i ends. */
export interface Stream {
  readonly ends: readonly number[];
  readonly data: readonly number[];
}

/** A figure and what it must equal. */
export interface ViewRow {
  readonly name: string;
  /**
   * `published`: a field of MemStats; `counter`: of the heap; `local`: waits at a P for the next flush; `twin`: a figure that
   * the system holds equal to another one, here its rescan; `inside`: not listed.
   */
  readonly group: 'published' | 'counter' | 'local' | 'twin' | 'inside';
  readonly class?: number | undefined;
  readonly p?: number | undefined;
  /** The columns that the row has, a bit `1 << column` each. */
  readonly columns: number;
}

export const COLUMNS = ['value', 'rescan', 'ledger', 'clean'] as const;
export const VALUE = 0;
export const RESCAN = 1;
export const LEDGER = 2;
/** The same figure in the reference model without a fault. */
export const CLEAN = 3;

export const SPAN_FIELDS = [
  'state',
  'class',
  'base',
  'npages',
  'nelems',
  'allocCount',
  'freeindex',
  'list',
  'next',
  'sweepgen',
  'pointers',
] as const;

export type SpanField = (typeof SPAN_FIELDS)[number];

/** Each field's index. */
export const FIELD: Readonly<Record<SpanField, number>> = {
  state: 0,
  class: 1,
  base: 2,
  npages: 3,
  nelems: 4,
  allocCount: 5,
  freeindex: 6,
  list: 7,
  next: 8,
  sweepgen: 9,
  pointers: 10,
};

/** Numbers in each group of a stream. */
export const EVENT_GROUP = 3;
export const SPAN_GROUP = 3;
export const SLOT_GROUP = 4;
export const CACHE_GROUP = 3;
export const FIGURE_GROUP = 2;
