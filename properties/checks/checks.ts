/**
 * The checks. Each is one property, evaluated after every step. A check declares the parts of an observation that it
 * needs, and does not run on a system that does not show them.
 *
 * A check that holds returns `NO_DRIFTS` and allocates nothing. A check that fails returns a drift for every counter
 * that is off.
 */
import {
  cycleDrifts,
  heapLiveDrifts,
  largeObjectDrifts,
  liveSlotDrifts,
  pagesInUseDrifts,
  smallObjectDrifts,
  tinyDrifts,
} from './countedDrifts';
import { NO_DRIFTS, type Drift } from '../drift';
import { flushedDrifts } from './flushedDrifts';
import { ledgerDrifts, modelDrifts, monotoneDrifts, rescanDrifts, twinDrifts } from './publishedDrifts';
import type { PublishedField } from '../publishedFields';
import type { Shown, System } from '../system';
import type { Op } from '../trace/command';
import type { CheckContext } from './checkContext';

export interface Check {
  readonly name: string;
  /** The property in one line. */
  readonly statement: string;
  /** The parts of an observation without which the check cannot run. */
  readonly needs: readonly Shown[];
  /** Further parts that it needs on a system whose collections are lazy. */
  readonly needsIfLazy?: readonly Shown[];
  /** The commands after which it compares anything; after every command if left out. */
  readonly comparesAfter?: (system: Pick<System, 'shows'>) => readonly Op[];
  /** The fields of `MemStats` that it compares; none if left out. */
  readonly figures?: 'all' | readonly PublishedField[];
  readonly drifts: (context: CheckContext) => readonly Drift[];
}

export const CHECKS: readonly Check[] = [
  {
    name: 'rescan',
    statement: 'the counters publish what a full rescan of the spans finds, field for field, BySize included',
    needs: ['rescan'],
    figures: 'all',
    drifts: rescanDrifts,
  },
  {
    name: 'small-objects',
    statement: 'per class: nmalloc − Σ cached (nelems − allocCount) = Σ allocCount + nsmallfree + Σ local_nsmallfree',
    needs: ['rescan', 'heap'],
    drifts: smallObjectDrifts,
  },
  {
    name: 'large-objects',
    statement: 'nlargealloc = live large spans + nlargefree + Σ local_nlargefree, and the same in bytes',
    needs: ['rescan', 'heap'],
    drifts: largeObjectDrifts,
  },
  {
    name: 'tiny',
    statement:
      'tinyallocs + Σ local_tinyallocs = tiny allocations that fitted, and tinyoffset = bytes taken of each block, by the ledger',
    needs: ['heap'],
    drifts: tinyDrifts,
  },
  {
    name: 'live-slots',
    statement: 'per class: Σ allocCount = slots that the ledger holds live',
    needs: ['rescan', 'events', 'heap'],
    drifts: liveSlotDrifts,
  },
  {
    name: 'ledger',
    statement: 'every published field moves by what the commands so far add to it, by the ledger',
    needs: [],
    needsIfLazy: ['events'],
    figures: ['Alloc', 'TotalAlloc', 'Mallocs', 'Frees', 'HeapAlloc', 'HeapObjects', 'BySize'],
    drifts: ledgerDrifts,
  },
  {
    name: 'pages-in-use',
    statement: 'pagesInUse = Σ npages of spans in use = pages that the ledger holds in use',
    needs: ['rescan', 'events', 'heap'],
    drifts: pagesInUseDrifts,
  },
  {
    name: 'heap-live',
    statement: 'heap_live = what was live at the last collection and was charged since, by the ledger',
    needs: ['events', 'heap'],
    drifts: heapLiveDrifts,
  },
  {
    name: 'cycle',
    statement: 'every collection advances NumGC by 1 and sweepgen by 2, nothing else does',
    needs: ['heap'],
    drifts: cycleDrifts,
  },
  {
    name: 'placement',
    statement:
      'an object gets a free slot of the span that its P has cached; no live slot is handed out twice or given back; a span that was to be swept is, and a fresh one is taken only when none has a free slot',
    needs: ['events'],
    drifts: ({ spans }) => (spans.misplaced === undefined ? NO_DRIFTS : [spans.misplaced]),
  },
  {
    name: 'spans',
    statement:
      'allocCount ≤ nelems, freeindex ≤ nelems, allocCount = set allocation bits, sweepgen ∈ {h−2, h−1, h}; none in use is idle and empty',
    needs: ['heap'],
    drifts: ({ structure }) => structure.spanDrifts(),
  },
  {
    name: 'lists',
    statement:
      'a span in use is on exactly the list that its slots and its cache ask for; a cached one is in one cell, swept; a fresh one is taken only when the first on `empty` is swept',
    needs: ['heap'],
    drifts: ({ structure }) => structure.listDrifts(),
  },
  {
    name: 'page-heap',
    statement:
      'spans are disjoint, cover the arena, free neighbours are one; idle, in-use and stack bytes add up; pages come from the run that fits best, and the arena grows only when none fits',
    needs: ['heap'],
    drifts: ({ structure }) => structure.pageHeapDrifts(),
  },
  {
    name: 'stray-counters',
    statement: 'counters of classes that never had a span, and of Ps that are gone, are zero',
    needs: ['heap'],
    drifts: ({ structure }) => structure.counterDrifts(),
  },
  {
    name: 'flushed',
    statement:
      'after a collection or a flushing read: local counts 0, caches empty; a second read is identical, and a peek foretold it',
    needs: ['read'],
    comparesAfter: ({ shows }) => (shows.has('heap') ? ['readMemStats', 'gcStart'] : ['readMemStats']),
    drifts: flushedDrifts,
  },
  {
    name: 'monotone',
    statement: 'Mallocs, Frees and TotalAlloc never decrease from one step, or one read, to the next',
    needs: [],
    drifts: monotoneDrifts,
  },
  {
    name: 'twins',
    statement: 'figures that the system itself holds equal are equal',
    needs: ['twins'],
    drifts: twinDrifts,
  },
  {
    name: 'model',
    statement: 'the reference model, run beside the system, publishes the same: every field of every step',
    needs: ['predicted'],
    figures: 'all',
    drifts: modelDrifts,
  },
];

/** Reports whether a check can run on a system. */
export function isVisible(check: Check, system: Pick<System, 'shows' | 'collection'>): boolean {
  return missingFor(check, system).length === 0;
}

/** Returns the parts of an observation that a check needs and a system does not show. */
export function missingFor(
  check: Check,
  { shows, collection }: Pick<System, 'shows' | 'collection'>,
): readonly Shown[] {
  const { needs, needsIfLazy = [] } = check;
  return [...needs, ...(collection === 'lazy' ? needsIfLazy : [])].filter((part) => !shows.has(part));
}
