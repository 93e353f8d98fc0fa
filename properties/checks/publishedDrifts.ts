/**
 * The checks of the published statistics: against the rescan, against the ledger, against the step before, against the
 * system's own twins and against the reference model.
 *
 * Each check first compares all figures with `!==` and allocates nothing. Only where something differs does it look at
 * each field by itself; there it skips the fields that the system does not publish.
 */
import {
  ALLOC,
  FREES,
  HEAP_ALLOC,
  HEAP_OBJECTS,
  MALLOCS,
  MEMSTATS_TOTALS,
  TOTAL_ALLOC,
  type MemStats,
} from '../../model/memstats';
import { BY_SIZE_CLASSES, NUM_SIZE_CLASSES, class_to_size } from '../../model/sizeclasses';
import { NO_DRIFTS, type Drift } from '../drift';
import { ALL_FIELDS, type PublishedFields } from '../publishedFields';
import { memStatsDrifts, pushIfOff, drift } from './driftsOf';
import type { CheckContext } from './checkContext';

export function rescanDrifts({
  observation: { published, rescan, publishes, rescans },
  classes,
  classesLength,
}: CheckContext): readonly Drift[] {
  if (rescan === undefined || areEqual(published, rescan.stats, classes, classesLength)) return NO_DRIFTS;
  return memStatsDrifts(rescan.stats, published, [publishes, rescans]);
}

/** Reports whether two readings are equal in their totals and in the published rows of some classes. */
function areEqual(left: MemStats, right: MemStats, classes: Uint8Array, classesLength: number): boolean {
  for (let i = 0; i < MEMSTATS_TOTALS.length; i++) if (left.totals[i] !== right.totals[i]) return false;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (c >= BY_SIZE_CLASSES) continue;
    if (left.mallocs[c] !== right.mallocs[c] || left.frees[c] !== right.frees[c]) return false;
  }
  return true;
}

/**
 * Compares with the ledger. If the system reports events, the frees are those of the spans that were swept. If it does
 * not, a collection frees at once everything that was dropped before it.
 */
export function ledgerDrifts(context: CheckContext): readonly Drift[] {
  const { observation, ledger, spans, baseline, classes, classesLength } = context;
  const { published, events } = observation;
  if (events === undefined && context.collection === 'lazy') return NO_DRIFTS;
  const freesOf = events === undefined ? ledger.condemned : spans.frees;
  const { mallocs } = ledger;
  const { hits } = ledger.tiny;
  let mallocsSum = mallocs[0] + hits;
  let freesSum = freesOf[0] + hits;
  let allocBytes = ledger.largeAllocBytes;
  let liveBytes = allocBytes - (events === undefined ? ledger.largeCondemnedBytes : spans.largeFreeBytes);
  let differ = false;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    mallocsSum += mallocs[c];
    freesSum += freesOf[c];
    allocBytes += mallocs[c] * class_to_size[c];
    liveBytes += (mallocs[c] - freesOf[c]) * class_to_size[c];
    if (published.mallocs[c] !== baseline.mallocs[c] + mallocs[c]) differ = true;
    if (published.frees[c] !== baseline.frees[c] + freesOf[c]) differ = true;
  }
  const { totals } = published;
  const base = baseline.totals;
  if (
    !differ &&
    totals[MALLOCS] === base[MALLOCS] + mallocsSum &&
    totals[FREES] === base[FREES] + freesSum &&
    totals[TOTAL_ALLOC] === base[TOTAL_ALLOC] + allocBytes &&
    totals[ALLOC] === base[ALLOC] + liveBytes &&
    totals[HEAP_ALLOC] === base[HEAP_ALLOC] + liveBytes &&
    totals[HEAP_OBJECTS] === base[HEAP_OBJECTS] + mallocsSum - freesSum
  ) {
    return NO_DRIFTS;
  }
  return ledgerDiff(context, freesOf, [
    [MALLOCS, mallocsSum],
    [FREES, freesSum],
    [TOTAL_ALLOC, allocBytes],
    [ALLOC, liveBytes],
    [HEAP_ALLOC, liveBytes],
    [HEAP_OBJECTS, mallocsSum - freesSum],
  ]);
}

/** Returns a drift for each published field that the ledger knows and that differs from it. */
function ledgerDiff(
  context: CheckContext,
  freesOf: Float64Array,
  totals: readonly (readonly [number, number])[],
): readonly Drift[] {
  const { observation, ledger, baseline } = context;
  const { published, publishes = ALL_FIELDS } = observation;
  const drifts: Drift[] = [];
  for (const [field, moved] of totals) {
    if (publishes.totals[field])
      pushIfOff(drifts, MEMSTATS_TOTALS[field], undefined, baseline.totals[field] + moved, published.totals[field]);
  }
  for (let c = 1; publishes.bySize && c < NUM_SIZE_CLASSES; c++) {
    pushIfOff(drifts, 'BySize.Mallocs', c, baseline.mallocs[c] + ledger.mallocs[c], published.mallocs[c]);
    pushIfOff(drifts, 'BySize.Frees', c, baseline.frees[c] + freesOf[c], published.frees[c]);
  }
  return drifts;
}

export function monotoneDrifts({
  op,
  observation: { published, read, publishes = ALL_FIELDS },
  before,
  lastRead,
}: CheckContext): readonly Drift[] {
  const drifts = fallenDrifts(published, before, publishes, '');
  if (op !== 'readMemStats' || read === undefined) return drifts;
  const readDrifts = fallenDrifts(read, lastRead, publishes, 'read: ');
  return drifts.length === 0 ? readDrifts : [...drifts, ...readDrifts];
}

function fallenDrifts(now: MemStats, before: MemStats, publishes: PublishedFields, prefix: string): readonly Drift[] {
  const after = now.totals;
  const last = before.totals;
  // Not `<`: a figure that is not a number has not kept its height either.
  if (after[MALLOCS] >= last[MALLOCS] && after[FREES] >= last[FREES] && after[TOTAL_ALLOC] >= last[TOTAL_ALLOC])
    return NO_DRIFTS;
  return [MALLOCS, FREES, TOTAL_ALLOC]
    .filter((field) => publishes.totals[field] && !(after[field] >= last[field]))
    .map((field) => drift(prefix + MEMSTATS_TOTALS[field], last[field], after[field]));
}

export function twinDrifts({ observation: { twins } }: CheckContext): readonly Drift[] {
  if (twins === undefined || twins.every(({ expected, actual }) => expected === actual)) return NO_DRIFTS;
  return twins
    .filter(({ expected, actual }) => expected !== actual)
    .map(({ counter, where, expected, actual }) =>
      drift(where === undefined ? counter : `${counter} of ${where}`, expected, actual),
    );
}

/** Compares with the reference model: every total, and every row, including those that BySize does not publish. */
export function modelDrifts({ observation: { published, predicted } }: CheckContext): readonly Drift[] {
  if (predicted === undefined) return NO_DRIFTS;
  const { stats, death } = predicted;
  const drifts: Drift[] = [];
  if (death !== undefined) drifts.push(drift(`model: ${death}`, 0, 1));
  for (const [i, field] of MEMSTATS_TOTALS.entries())
    pushIfOff(drifts, `model: ${field}`, undefined, stats.totals[i], published.totals[i]);
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    pushIfOff(drifts, 'model: BySize.Mallocs', c, stats.mallocs[c], published.mallocs[c]);
    pushIfOff(drifts, 'model: BySize.Frees', c, stats.frees[c], published.frees[c]);
  }
  return drifts.length === 0 ? NO_DRIFTS : drifts;
}
