/** Records how the spans, slots and caches of a heap in this process change from step to step. */
import { EVENT_STRIDE, PLACED, SPAN_ALLOCATED, SPAN_FREED, type Events } from '../model/events';
import type { Heap } from '../model/mheap';
import { EMPTYMSPAN, SPAN_IN_USE, type Spans } from '../model/mspan';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { at } from '../properties/at';
import { bornBy, refersTo, type Command } from '../properties/trace/command';
import { StreamWriter } from './streamWriter';
import { FIELD, SPAN_FIELDS } from './viewData';

/** The field of `Spans` that each of `SPAN_FIELDS` shows; the last one, `pointers`, is not the model's. */
const SHOWN = [
  'state',
  'sizeclass',
  'base',
  'npages',
  'nelems',
  'allocCount',
  'freeindex',
  'list',
  'next',
  'sweepgen',
] as const satisfies readonly (keyof Spans)[];

const FIELDS = SPAN_FIELDS.length;

/** Looking at every span after every step is quick up to so many looks. */
const MAX_LOOKS = 20_000_000;
/** In a longer trace all spans are looked at once in so many steps, and between them those that the step touched. */
const FULL_LOOK_STRIDE_STEPS = 256;

export class HeapRecorder {
  readonly spans = new StreamWriter();
  readonly slots = new StreamWriter();
  readonly caches = new StreamWriter();
  private readonly fields: number[] = [];
  /** `prev` of each span when it was last looked at. */
  private readonly previous: number[] = [];
  /** By span: allocated and reachable words, by turns. */
  private readonly words: number[][] = [];
  private readonly cells: number[] = [];
  /** The spans that each object lies in. */
  private readonly spansOf = new Map<number, readonly number[]>();

  constructor(private readonly totalSteps: number) {}

  step(step: number, command: Command, heap: Heap, events: Events): void {
    const { spans } = heap;
    const touched = touchedBy(events);
    if (bornBy(command) !== 0) this.spansOf.set(bornBy(command), placedIn(events));
    if (spans.length * this.totalSteps <= MAX_LOOKS || isFullLook(step, this.totalSteps)) {
      for (let s = 1; s < spans.length; s++) this.look(heap, s);
    } else {
      for (const s of this.spansOf.get(refersTo(command)) ?? []) touched.add(s);
      if (movesPages(command, events)) this.addUnused(spans, touched);
      for (const s of this.withNeighbours(spans, touched)) this.look(heap, s);
    }
    this.lookAtCaches(heap);
  }

  /** Pages that come or go split free runs and merge them, and no event names those. */
  private addUnused({ length, state }: Spans, touched: Set<number>): void {
    for (let s = 1; s < length; s++)
      if (state[s] !== SPAN_IN_USE || state[s] !== this.fields[s * FIELDS + FIELD.state]) touched.add(s);
  }

  /** A span that joins or leaves a list also writes the links of its neighbours there, before and after. */
  private withNeighbours(spans: Spans, touched: ReadonlySet<number>): ReadonlySet<number> {
    const all = new Set(touched);
    for (const s of touched) {
      if (s >= spans.length) continue;
      for (const other of [spans.next[s], spans.prev[s], this.fields[s * FIELDS + FIELD.next], this.previous[s]])
        if (other !== undefined && other > 0 && other < spans.length) all.add(other);
    }
    return all;
  }

  private look(heap: Heap, s: number): void {
    const { spans, bitmaps } = heap;
    this.previous[s] = at(spans.prev, s);
    for (const [field, name] of SHOWN.entries()) this.note(s, field, at(spans[name], s));
    if (spans.state[s] !== SPAN_IN_USE) return;
    const words = (this.words[s] ??= []);
    const length = (at(spans.nelems, s) + 31) >> 5;
    for (let i = 0; i < length; i++) {
      const allocated = at(bitmaps.words, at(spans.allocBits, s) + i);
      const reachable = at(bitmaps.words, at(spans.reachable, s) + i);
      if (allocated === (words[2 * i] ?? 0) && reachable === (words[2 * i + 1] ?? 0)) continue;
      words[2 * i] = allocated;
      words[2 * i + 1] = reachable;
      this.slots.data.push(s, i, allocated, reachable);
    }
  }

  private note(span: number, field: number, value: number): void {
    const cell = span * FIELDS + field;
    if ((this.fields[cell] ?? 0) === value) return;
    this.fields[cell] = value;
    this.spans.data.push(span, field, value);
  }

  private lookAtCaches({ mcaches }: Heap): void {
    const length = mcaches.procs * NUM_SIZE_CLASSES;
    for (let cell = 0; cell < length; cell++) {
      const span = at(mcaches.alloc, cell);
      if (span === (this.cells[cell] ?? EMPTYMSPAN)) continue;
      this.cells[cell] = span;
      this.caches.data.push(Math.floor(cell / NUM_SIZE_CLASSES), cell % NUM_SIZE_CLASSES, span);
    }
  }
}

function isFullLook(step: number, totalSteps: number): boolean {
  return step % FULL_LOOK_STRIDE_STEPS === 0 || step === totalSteps - 1;
}

function touchedBy({ data, length }: Events): Set<number> {
  const touched = new Set<number>();
  for (let i = 0; i < length; i += EVENT_STRIDE) touched.add(at(data, i + 1));
  touched.delete(EMPTYMSPAN);
  return touched;
}

function movesPages({ op }: Command, { data, length }: Events): boolean {
  if (op === 'allocStack' || op === 'freeStack') return true;
  for (let i = 0; i < length; i += EVENT_STRIDE) if (data[i] === SPAN_ALLOCATED || data[i] === SPAN_FREED) return true;
  return false;
}

function placedIn({ data, length }: Events): readonly number[] {
  const placed = new Set<number>();
  for (let i = 0; i < length; i += EVENT_STRIDE) if (data[i] === PLACED) placed.add(at(data, i + 1));
  return [...placed];
}
