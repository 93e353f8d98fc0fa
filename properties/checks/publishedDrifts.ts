/** What drifted of the published statistics: against the rescan, the ledger, what was published before. */
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
import { memStatsDrifts, pushIfOff, isOff, drift } from './driftsOf';
import type { CheckContext } from './checkContext';

export function rescanDrifts({
  observation: { published, rescan, heap },
  classes,
  classesLength,
}: CheckContext): readonly Drift[] {
  if (rescan === undefined) return NO_DRIFTS;
  // A system that shows its heap has every field: what is no number there is not one that it lacks.
  if (areEqual(published, rescan.stats, classes, classesLength, heap !== undefined)) return NO_DRIFTS;
  const drifts = memStatsDrifts(rescan.stats, published);
  return drifts.length === 0 ? notNumbers(published, rescan.stats) : drifts;
}

/** What is no number in one reading or the other. */
function notNumbers(left: MemStats, right: MemStats): readonly Drift[] {
  const drifts: Drift[] = [];
  const demand = (counter: string, sizeclass: number | undefined, sum: number): void => {
    if (Number.isNaN(sum)) drifts.push({ counter: `${counter} is a number`, class: sizeclass, expected: 1, actual: 0 });
  };
  for (const [i, field] of MEMSTATS_TOTALS.entries()) demand(field, undefined, left.totals[i] + right.totals[i]);
  for (let c = 1; c < BY_SIZE_CLASSES; c++) {
    demand('BySize.Mallocs', c, left.mallocs[c] + right.mallocs[c]);
    demand('BySize.Frees', c, left.frees[c] + right.frees[c]);
  }
  return drifts;
}

/**
 * Whether two readings are equal in their totals and in the published rows of some classes.
 * @param isWhole whether both have every figure, so that one that is no number is off.
 */
function areEqual(
  left: MemStats,
  right: MemStats,
  classes: Uint8Array,
  classesLength: number,
  isWhole: boolean,
): boolean {
  for (let i = 0; i < MEMSTATS_TOTALS.length; i++) if (differ(left.totals[i], right.totals[i], isWhole)) return false;
  for (let i = 0; i < classesLength; i++) {
    const c = classes[i];
    if (c >= BY_SIZE_CLASSES) continue;
    if (differ(left.mallocs[c], right.mallocs[c], isWhole) || differ(left.frees[c], right.frees[c], isWhole))
      return false;
  }
  return true;
}

function differ(left: number, right: number, isWhole: boolean): boolean {
  return left !== right && (isWhole || isOff(left, right));
}

/**
 * Where the moves are known, the frees are those of the spans that were swept; where not, a collection frees
 * at once all that was dropped before it.
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
    if (isOff(published.mallocs[c], baseline.mallocs[c] + mallocs[c])) differ = true;
    if (isOff(published.frees[c], baseline.frees[c] + freesOf[c])) differ = true;
  }
  const { totals } = published;
  const base = baseline.totals;
  if (
    !differ &&
    !isOff(totals[MALLOCS], base[MALLOCS] + mallocsSum) &&
    !isOff(totals[FREES], base[FREES] + freesSum) &&
    !isOff(totals[TOTAL_ALLOC], base[TOTAL_ALLOC] + allocBytes) &&
    !isOff(totals[ALLOC], base[ALLOC] + liveBytes) &&
    !isOff(totals[HEAP_ALLOC], base[HEAP_ALLOC] + liveBytes) &&
    !isOff(totals[HEAP_OBJECTS], base[HEAP_OBJECTS] + mallocsSum - freesSum)
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

/** Every field that the ledger knows and that is published otherwise. */
function ledgerDiff(
  context: CheckContext,
  freesOf: Float64Array,
  totals: readonly (readonly [number, number])[],
): readonly Drift[] {
  const { observation, ledger, baseline } = context;
  const { published } = observation;
  const drifts: Drift[] = [];
  for (const [field, moved] of totals) {
    pushIfOff(drifts, MEMSTATS_TOTALS[field], undefined, baseline.totals[field] + moved, published.totals[field]);
  }
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    pushIfOff(drifts, 'BySize.Mallocs', c, baseline.mallocs[c] + ledger.mallocs[c], published.mallocs[c]);
    pushIfOff(drifts, 'BySize.Frees', c, baseline.frees[c] + freesOf[c], published.frees[c]);
  }
  return drifts;
}

export function monotoneDrifts({
  op,
  observation: { published, read },
  before,
  lastRead,
}: CheckContext): readonly Drift[] {
  const drifts = fallenDrifts(published, before, '');
  if (op !== 'readMemStats' || read === undefined) return drifts;
  const readDrifts = fallenDrifts(read, lastRead, 'read: ');
  return drifts.length === 0 ? readDrifts : [...drifts, ...readDrifts];
}

function fallenDrifts(now: MemStats, before: MemStats, prefix: string): readonly Drift[] {
  const after = now.totals;
  const last = before.totals;
  if (!(after[MALLOCS] < last[MALLOCS] || after[FREES] < last[FREES] || after[TOTAL_ALLOC] < last[TOTAL_ALLOC]))
    return NO_DRIFTS;
  return fallenDiff(now, before, prefix);
}

function fallenDiff(now: MemStats, before: MemStats, prefix: string): readonly Drift[] {
  return [MALLOCS, FREES, TOTAL_ALLOC]
    .filter((field) => now.totals[field] < before.totals[field])
    .map((field) => drift(prefix + MEMSTATS_TOTALS[field], before.totals[field], now.totals[field]));
}

export function twinDrifts({ observation: { twins } }: CheckContext): readonly Drift[] {
  if (twins === undefined || twins.every(({ expected, actual }) => expected === actual)) return NO_DRIFTS;
  return twins
    .filter(({ expected, actual }) => expected !== actual)
    .map(({ counter, where, expected, actual }) =>
      drift(where === undefined ? counter : `${counter} of ${where}`, expected, actual),
    );
}

/** All rows are compared, also those that BySize does not have; a row that the system does not show is NaN. */
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
