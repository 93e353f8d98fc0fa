/**
 * The structural checks of model/, as checks of a step. Every step is looked at where its moves say that it did
 * something: the spans it touched, their neighbours on their lists and in the arena, and their cells. An audit looks at everything, whatever the moves say.
 */
import type { Defect } from '../../model/valid/defect';
import type { Heap } from '../../model/mheap';
import {
  CACHED,
  EVENT_STRIDE,
  PLACED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  UNCACHED,
  emit,
  newEvents,
  type Events,
} from '../../model/events';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { countersDefect } from '../../model/valid/counters';
import { cellDefect, freshSpanDefect, listsDefect, spanListDefect } from '../../model/valid/lists';
import { bestFitDefect, growthDefect, pageHeapDefect, spanPagesDefect } from '../../model/valid/pageHeap';
import { spanDefect, spansDefect } from '../../model/valid/spans';
import { NO_DRIFTS, type Drift } from '../drift';

export class StructuralChecks {
  private heap: Heap | undefined;
  private isAudit = false;
  /** The moves of the step; of those that placed objects in one span in a row, the first. */
  private readonly events = newEvents();
  /** How many spans the step allocated, and the last of them. */
  private allocatedSpans = 0;
  private lastAllocated = 0;
  /** Pages of the arena before the step, and after it. */
  private arenaPagesBefore = 0;
  private arenaPages = 0;

  /** A trace begins, with an arena that has no pages yet. */
  start(): void {
    this.arenaPages = 0;
  }

  /** The heap to look at, as it is after the step. */
  look(heap: Heap | undefined, events: Events | undefined, isAudit: boolean): void {
    this.heap = heap;
    this.isAudit = isAudit || events === undefined;
    if (heap === undefined) return;
    this.arenaPagesBefore = this.arenaPages;
    this.arenaPages = heap.arenaUsedPages;
    this.events.length = 0;
    this.allocatedSpans = 0;
    this.lastAllocated = 0;
    if (events !== undefined) this.take(events);
  }

  private take({ data, length }: Events): void {
    let placedIn = 0;
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      const kind = data[at];
      const s = data[at + 1];
      if (kind === PLACED && s === placedIn) continue;
      placedIn = kind === PLACED ? s : 0;
      emit(this.events, kind, s, data[at + 2]);
      if (kind !== SPAN_ALLOCATED) continue;
      this.allocatedSpans++;
      this.lastAllocated = s;
    }
  }

  spanDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(this.isAudit ? spansDefect(this.heap) : this.touched(this.heap, spanDefect));
  }

  listDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(
      (this.isAudit ? listsDefect(this.heap) : (this.touched(this.heap, spanListDefect) ?? this.cells(this.heap))) ??
        this.freshSpan(this.heap),
    );
  }

  pageHeapDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(
      (this.isAudit ? pageHeapDefect(this.heap) : this.movedPages(this.heap)) ?? this.takenPages(this.heap),
    );
  }

  counterDrifts(): readonly Drift[] {
    return this.heap === undefined || !this.isAudit ? NO_DRIFTS : asDrifts(countersDefect(this.heap));
  }

  /** The first defect of a span that the step touched, of one kind. */
  private touched(heap: Heap, defectOf: (heap: Heap, s: number) => Defect | undefined): Defect | undefined {
    const { data, length } = this.events;
    for (let at = 1, last = 0; at < length; at += EVENT_STRIDE) {
      const s = data[at];
      if (s === last) continue;
      last = s;
      const defect = defectOf(heap, s);
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  /** The first defect of a cache cell that the step filled or emptied. */
  private cells(heap: Heap): Defect | undefined {
    const { data, length } = this.events;
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      const kind = data[at];
      if (kind !== CACHED && kind !== UNCACHED) continue;
      const sizeclass = heap.spans.sizeclass[data[at + 1]];
      if (sizeclass >= NUM_SIZE_CLASSES) continue;
      const defect = cellDefect(heap, data[at + 2], sizeclass);
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  /** The first defect of a span that pages were given to or taken from. */
  private movedPages(heap: Heap): Defect | undefined {
    const { data, length } = this.events;
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      const kind = data[at];
      if (kind !== SPAN_ALLOCATED && kind !== SPAN_FREED) continue;
      const defect = spanPagesDefect(heap, data[at + 1]);
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  /**
   * Whether the run that the step's last span was cut from is the one that fits best, and the arena grew with reason; before the
   * last of several spans the arena was another.
   */
  private takenPages(heap: Heap): Defect | undefined {
    const s = this.lastAllocated;
    if (s === 0) return undefined;
    return (
      bestFitDefect(heap, s) ?? (this.allocatedSpans === 1 ? growthDefect(heap, s, this.arenaPagesBefore) : undefined)
    );
  }

  /** Whether the step's last span was taken with reason. */
  private freshSpan(heap: Heap): Defect | undefined {
    return this.lastAllocated === 0 ? undefined : freshSpanDefect(heap, this.lastAllocated);
  }
}

function asDrifts(defect: Defect | undefined): readonly Drift[] {
  if (defect === undefined) return NO_DRIFTS;
  const { what, span, class: sizeclass, p, expected, actual } = defect;
  return [{ counter: what, span, class: sizeclass, p, expected, actual }];
}
