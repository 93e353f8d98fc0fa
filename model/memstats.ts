/**
 * The published statistics: the fields of `runtime.MemStats` that allocation moves, and their comparison. It is a plain
 * record; mstats.ts fills it from the counters, or from a rescan.
 */
import { BY_SIZE_CLASSES, NUM_SIZE_CLASSES } from './sizeclasses';

/** The scalar fields, in the order of `MemStats.totals`. Bytes or counts, as the runtime has them. */
export const MEMSTATS_TOTALS = [
  'Alloc',
  'TotalAlloc',
  'Mallocs',
  'Frees',
  'HeapAlloc',
  'HeapSys',
  'HeapIdle',
  'HeapInuse',
  'HeapObjects',
  'StackInuse',
  'NumGC',
] as const;

export type MemStatsTotal = (typeof MEMSTATS_TOTALS)[number];

export const ALLOC = 0;
export const TOTAL_ALLOC = 1;
export const MALLOCS = 2;
export const FREES = 3;
export const HEAP_ALLOC = 4;
export const HEAP_SYS = 5;
export const HEAP_IDLE = 6;
export const HEAP_INUSE = 7;
export const HEAP_OBJECTS = 8;
export const STACK_INUSE = 9;
export const NUM_GC = 10;

export interface MemStats {
  /** One number for each of `MEMSTATS_TOTALS`. */
  readonly totals: Float64Array;
  /**
   * `BySize[c].Mallocs`, by class. The runtime publishes rows 0 to 60. The rows of the six classes above are formed in
   * the same way, and checks that can see them compare them.
   */
  readonly mallocs: Float64Array;
  /** `BySize[c].Frees`, by class, with the same rows. */
  readonly frees: Float64Array;
}

export function newMemStats(): MemStats {
  return {
    totals: new Float64Array(MEMSTATS_TOTALS.length),
    mallocs: new Float64Array(NUM_SIZE_CLASSES),
    frees: new Float64Array(NUM_SIZE_CLASSES),
  };
}

export function clearMemStats(stats: MemStats): void {
  stats.totals.fill(0);
  stats.mallocs.fill(0);
  stats.frees.fill(0);
}

export function copyMemStats(from: MemStats, to: MemStats): void {
  to.totals.set(from.totals);
  to.mallocs.set(from.mallocs);
  to.frees.set(from.frees);
}

/**
 * Calls `differs` for each field in which two readings differ, as `logDiff` prints them in the runtime's
 * TestReadMemStats. Rows that `BySize` does not publish are not compared. NaN differs from every figure.
 */
export function logDiff(
  left: MemStats,
  right: MemStats,
  differs: (field: string, sizeclass: number | undefined, left: number, right: number) => void,
): void {
  for (const [i, field] of MEMSTATS_TOTALS.entries()) {
    if (left.totals[i] !== right.totals[i]) differs(field, undefined, left.totals[i], right.totals[i]);
  }
  for (let c = 0; c < BY_SIZE_CLASSES; c++) {
    if (left.mallocs[c] !== right.mallocs[c]) differs('BySize.Mallocs', c, left.mallocs[c], right.mallocs[c]);
    if (left.frees[c] !== right.frees[c]) differs('BySize.Frees', c, left.frees[c], right.frees[c]);
  }
}

/** Reports whether `logDiff` would find no difference. */
export function equalMemStats(left: MemStats, right: MemStats): boolean {
  for (let i = 0; i < MEMSTATS_TOTALS.length; i++) {
    if (left.totals[i] !== right.totals[i]) return false;
  }
  for (let c = 0; c < BY_SIZE_CLASSES; c++) {
    if (left.mallocs[c] !== right.mallocs[c] || left.frees[c] !== right.frees[c]) return false;
  }
  return true;
}
