/** The headline of the commit that the model follows: what a read of the statistics costs, on heaps from small to large. */
import type { ModelReads, ModelReadsOptions, ModelReadsRow } from '../systems/modelReads';

export const HEADLINE: ModelReadsOptions = {
  heapMib: [100, 1024, 16 * 1024, 64 * 1024],
  procs: [1, 4, 100],
  reads: 1000,
};

/** Figures of the model, with those of the real runtime where there is one beside it. */
export interface Headline extends Omit<ModelReads, 'rows'> {
  readonly rows: readonly HeadlineRow[];
}

interface HeadlineRow extends ModelReadsRow {
  readonly goReadMicroseconds?: number;
  readonly goRescanMilliseconds?: number;
}
