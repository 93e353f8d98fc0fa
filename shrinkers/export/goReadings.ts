/** When an exported Go test reads the statistics, and what must have been added to them by then. */
import { NUM_SIZE_CLASSES, class_to_size } from '../../model/sizeclasses';
import { Ledger } from '../../properties/ledger/ledger';
import type { Shape } from '../../properties/trace/trace';
import type { GoStatement } from './goStatements';

export interface GoReading {
  /** Read after this deed. */
  readonly step: number;
  /** In words. */
  readonly after: string;
  readonly mallocs: number;
  readonly frees: number;
  readonly totalAlloc: number;
  readonly alloc: number;
  /** Rows of BySize that the commands so far have to do with. */
  readonly rows: readonly { readonly sizeBytes: number; readonly mallocs: number; readonly frees: number }[];
}

/**
 * A read flushes all Ps. So it comes after each command only where the trace was checked so; else where the trace reads, and
 * at its end. Collections are whole in a Go test: what is dead is free when runtime.GC returns.
 */
export function goReadings(
  shape: Shape,
  actions: readonly GoStatement[],
  readsEachStep: boolean,
): readonly GoReading[] {
  const ledger = new Ledger();
  ledger.reset(shape.procs);
  const readings: GoReading[] = [];
  for (const [step, { text, command }] of actions.entries()) {
    if (command !== undefined) ledger.apply(command);
    if (!readsEachStep && command?.op !== 'readMemStats' && step < actions.length - 1) continue;
    ledger.flush(0);
    readings.push({ step, after: text.replace(' → ', ', '), ...totalsOf(ledger) });
  }
  return readings;
}

function totalsOf({
  mallocs,
  condemned,
  tiny,
  largeAllocBytes,
  largeCondemnedBytes,
}: Ledger): Omit<GoReading, 'step' | 'after'> {
  let allocs = mallocs[0] + tiny.hits;
  let frees = condemned[0] + tiny.hits;
  let totalAlloc = largeAllocBytes;
  let alloc = largeAllocBytes - largeCondemnedBytes;
  const rows = [];
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    const sizeBytes = class_to_size[c];
    allocs += mallocs[c];
    frees += condemned[c];
    totalAlloc += mallocs[c] * sizeBytes;
    alloc += (mallocs[c] - condemned[c]) * sizeBytes;
    if (mallocs[c] > 0) rows.push({ sizeBytes, mallocs: mallocs[c], frees: condemned[c] });
  }
  return { mallocs: allocs, frees, totalAlloc, alloc, rows };
}
