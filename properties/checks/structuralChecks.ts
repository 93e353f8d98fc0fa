/**
 * The structural checks of model/valid, as checks of a step. A step is checked where its events say that it changed
 * something: the spans that it touched, their neighbours on their lists and in the arena, and their cache cells. An
 * audit checks everything, whatever the events say.
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
  /** The events of the step; of a run of objects placed in one span, the first only. */
  private readonly events = newEvents();
  /** The number of spans that the step allocated. */
  private allocatedSpans = 0;
  /** The last of these spans. */
  private lastAllocated = 0;
  /** The pages of the arena before the step. */
  private arenaPagesBefore = 0;
  /** The pages of the arena after the step. */
  private arenaPages = 0;

  /** Starts a trace, with an arena that has no pages yet. */
  startTrace(): void {
    this.arenaPages = 0;
  }

  /** Takes the heap as it is after a step; the methods below then check it. */
  observe(heap: Heap | undefined, events: Events | undefined, isAudit: boolean): void {
    this.heap = heap;
    this.isAudit = isAudit || events === undefined;
    if (heap === undefined) return;
    this.arenaPagesBefore = this.arenaPages;
    this.arenaPages = heap.arenaUsedPages;
    this.events.length = 0;
    this.allocatedSpans = 0;
    this.lastAllocated = 0;
    if (events !== undefined) this.collectEvents(events);
  }

  /** Keeps the events that the checks look at. */
  private collectEvents({ data, length }: Events): void {
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
    return asDrifts(this.isAudit ? spansDefect(this.heap) : this.touchedDefect(this.heap, spanDefect));
  }

  listDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(
      (this.isAudit
        ? listsDefect(this.heap)
        : (this.touchedDefect(this.heap, spanListDefect) ?? this.cellsDefect(this.heap))) ??
        this.freshDefect(this.heap),
    );
  }

  pageHeapDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(
      (this.isAudit ? pageHeapDefect(this.heap) : this.pagesDefect(this.heap)) ?? this.runDefect(this.heap),
    );
  }

  counterDrifts(): readonly Drift[] {
    return this.heap === undefined || !this.isAudit ? NO_DRIFTS : asDrifts(countersDefect(this.heap));
  }

  /** Returns the first defect of a span that the step touched. */
  private touchedDefect(heap: Heap, defectOf: (heap: Heap, s: number) => Defect | undefined): Defect | undefined {
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

  /** Returns the first defect of a cache cell that the step filled or emptied. */
  private cellsDefect(heap: Heap): Defect | undefined {
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

  /** Returns the first defect of a span that received or lost pages. */
  private pagesDefect(heap: Heap): Defect | undefined {
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
   * Checks that the last span of the step comes from the run that fits best, and that the arena grew for a reason. The
   * growth can be checked only if the step allocated one span.
   */
  private runDefect(heap: Heap): Defect | undefined {
    const s = this.lastAllocated;
    if (s === 0) return undefined;
    return (
      bestFitDefect(heap, s) ?? (this.allocatedSpans === 1 ? growthDefect(heap, s, this.arenaPagesBefore) : undefined)
    );
  }

  /** Checks that the last span of the step was allocated for a reason. */
  private freshDefect(heap: Heap): Defect | undefined {
    return this.lastAllocated === 0 ? undefined : freshSpanDefect(heap, this.lastAllocated);
  }
}

function asDrifts(defect: Defect | undefined): readonly Drift[] {
  if (defect === undefined) return NO_DRIFTS;
  const { what, span, class: sizeclass, p, expected, actual } = defect;
  return [{ counter: what, span, class: sizeclass, p, expected, actual }];
}
