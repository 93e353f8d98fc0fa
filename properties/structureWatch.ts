/**
 * The structural checks of model/, as checks of a step. Every step is looked at where its moves say that it did
 * something: the spans it touched, their neighbours on their lists and in the arena, and their cells. An audit looks at everything, whatever the moves say.
 */
import type { Defect } from '../model/defect';
import type { Heap } from '../model/mheap';
import { CACHED, MOVE_STRIDE, SPAN_ALLOCATED, SPAN_FREED, UNCACHED, type Moves } from '../model/moves';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { countersDefect } from '../model/validCounters';
import { cellDefect, listsDefect, spanListDefect } from '../model/validLists';
import { pageHeapDefect, spanPagesDefect } from '../model/validPageHeap';
import { spanDefect, spansDefect } from '../model/validSpans';
import { NO_DRIFTS, type Drift } from './drift';

export class StructureWatch {
  private heap: Heap | undefined;
  private moves: Moves | undefined;
  private isAudit = false;

  /** The heap to look at, as it is after the step. */
  look(heap: Heap | undefined, moves: Moves | undefined, isAudit: boolean): void {
    this.heap = heap;
    this.moves = moves;
    this.isAudit = isAudit || moves === undefined;
  }

  spanDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(this.isAudit ? spansDefect(this.heap) : this.touched(this.heap, spanDefect));
  }

  listDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(this.isAudit ? listsDefect(this.heap) : (this.touched(this.heap, spanListDefect) ?? this.cells(this.heap)));
  }

  pageHeapDrifts(): readonly Drift[] {
    if (this.heap === undefined) return NO_DRIFTS;
    return asDrifts(this.isAudit ? pageHeapDefect(this.heap) : this.movedPages(this.heap));
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
}

function asDrifts(defect: Defect | undefined): readonly Drift[] {
  if (defect === undefined) return NO_DRIFTS;
  const { what, span, class: sizeclass, p, expected, actual } = defect;
  return [{ counter: what, span, class: sizeclass, p, expected, actual }];
}
