/**
 * The structural checks of model/, as checks of a step. Every step is looked at where its moves say that it did
 * something: the spans it touched, their neighbours on their lists and in the arena, and their cells. An audit looks at everything, whatever the moves say.
 */
import type { Defect } from '../model/defect';
import type { Heap } from '../model/mheap';
import { CACHED, MOVE_STRIDE, SPAN_ALLOCATED, SPAN_FREED, UNCACHED, type Moves } from '../model/moves';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { countersDefect } from '../model/validCounters';
import { cellDefect, freshSpanDefect, listsDefect, spanListDefect } from '../model/validLists';
import { bestFitDefect, growthDefect, pageHeapDefect, spanPagesDefect } from '../model/validPageHeap';
import { spanDefect, spansDefect } from '../model/validSpans';
import { NO_DRIFTS, type Drift } from './drift';

/** No move was looked at yet. */
const NOT_LOOKED_FOR = -1;

export class StructureWatch {
  private heap: Heap | undefined;
  private moves: Moves | undefined;
  private isAudit = false;
  /** Pages of the arena before the step, and after it. */
  private arenaPagesBefore = 0;
  private arenaPages = 0;
  /** The span that the step allocated last, 0 if it allocated none, or `NOT_LOOKED_FOR`. */
  private lastAllocated = NOT_LOOKED_FOR;

  /** A trace begins, with an arena that has no pages yet. */
  start(): void {
    this.arenaPages = 0;
  }

  /** The heap to look at, as it is after the step. */
  look(heap: Heap | undefined, moves: Moves | undefined, isAudit: boolean): void {
    this.heap = heap;
    this.moves = moves;
    this.isAudit = isAudit || moves === undefined;
    this.lastAllocated = NOT_LOOKED_FOR;
    this.arenaPagesBefore = this.arenaPages;
    if (heap !== undefined) this.arenaPages = heap.arenaUsedPages;
  }

  spanDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(this.isAudit ? spansDefect(this.heap) : this.touched(this.heap, spanDefect));
  }

  listDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts((this.isAudit ? listsDefect(this.heap) : this.touched(this.heap, spanListDefect) ?? this.cells(this.heap)) ?? this.freshSpan(this.heap));
  }

  pageHeapDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts((this.isAudit ? pageHeapDefect(this.heap) : this.movedPages(this.heap)) ?? this.takenPages(this.heap));
  }

  counterDrifts(): readonly Drift[] {
    return this.heap === undefined || !this.isAudit ? NO_DRIFTS : asDrifts(countersDefect(this.heap));
  }

  /** The first defect of a span that the step touched, of one kind. Many objects from one span in a row are one look. */
  private touched(heap: Heap, defectOf: (heap: Heap, s: number) => Defect | undefined): Defect | undefined {
    if (this.moves === undefined) return undefined;
    const { data, length } = this.moves;
    for (let at = 1, last = 0; at < length; at += MOVE_STRIDE) {
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
    if (this.moves === undefined) return undefined;
    const { data, length } = this.moves;
    for (let at = 0; at < length; at += MOVE_STRIDE) {
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
    if (this.moves === undefined) return undefined;
    const { data, length } = this.moves;
    for (let at = 0; at < length; at += MOVE_STRIDE) {
      const kind = data[at];
      if (kind !== SPAN_ALLOCATED && kind !== SPAN_FREED) continue;
      const defect = spanPagesDefect(heap, data[at + 1]);
      if (defect !== undefined) return defect;
    }
    return undefined;
  }

  /** Whether the run that the step's last span was cut from is the one that fits best, and the arena grew with reason. */
  private takenPages(heap: Heap): Defect | undefined {
    const s = this.allocated();
    if (s === 0) return undefined;
    return bestFitDefect(heap, s) ?? (this.isOnlyOne() ? growthDefect(heap, s, this.arenaPagesBefore) : undefined);
  }

  /** Whether the step's last span was taken with reason. */
  private freshSpan(heap: Heap): Defect | undefined {
    const s = this.allocated();
    return s === 0 ? undefined : freshSpanDefect(heap, s);
  }

  private allocated(): number {
    if (this.lastAllocated === NOT_LOOKED_FOR) this.lastAllocated = this.lookForAllocated();
    return this.lastAllocated;
  }

  private lookForAllocated(): number {
    if (this.moves === undefined) return 0;
    const { data, length } = this.moves;
    for (let at = length - MOVE_STRIDE; at >= 0; at -= MOVE_STRIDE) if (data[at] === SPAN_ALLOCATED) return data[at + 1];
    return 0;
  }

  /** Whether the step allocated one span; before the last of several the arena was another. */
  private isOnlyOne(): boolean {
    if (this.moves === undefined || this.arenaPages === this.arenaPagesBefore) return false;
    const { data, length } = this.moves;
    let allocated = 0;
    for (let at = 0; at < length; at += MOVE_STRIDE) if (data[at] === SPAN_ALLOCATED) allocated++;
    return allocated === 1;
  }
}

function asDrifts(defect: Defect | undefined): readonly Drift[] {
  if (defect === undefined) return NO_DRIFTS;
  const { what, span, class: sizeclass, p, expected, actual } = defect;
  return [{ counter: what, span, class: sizeclass, p, expected, actual }];
}
