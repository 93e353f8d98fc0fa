/** When an exported Go test reads the statistics, and what the commands must have added to them by then. */
import { NUM_SIZE_CLASSES, class_to_size } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import { Ledger } from '../../properties/ledger/ledger';
import type { Shape } from '../../properties/trace/trace';
import type { GoStatement } from './goStatements';

export interface GoReading {
  /** The index of the statement that it comes after. */
  readonly step: number;
  /** The statement in words. */
  readonly after: string;
  readonly mallocs: number;
  readonly frees: number;
  readonly totalAlloc: number;
  readonly alloc: number;
  /** The rows of BySize that the commands so far have changed. */
  readonly rows: readonly { readonly sizeBytes: number; readonly mallocs: number; readonly frees: number }[];
}

/**
 * Returns the readings of a test. A read flushes all Ps, so there is one after each command only if the trace was checked
 * that way; otherwise the test reads where the trace reads, and at its end. Collections are complete in a Go test: what is
 * dead has been freed when runtime.GC returns.
 */
export function goReadings(
  shape: Shape,
  statements: readonly GoStatement[],
  readsEachStep: boolean,
): readonly GoReading[] {
  const ledger = new Ledger();
  ledger.reset(shape.procs);
  const readings: GoReading[] = [];
  for (const [step, { text, command }] of statements.entries()) {
    if (command !== undefined) ledger.apply(command);
    if (!readsEachStep && command?.op !== 'readMemStats' && step < statements.length - 1) continue;
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
  let allocs = at(mallocs, 0) + tiny.hits;
  let frees = at(condemned, 0) + tiny.hits;
  let totalAlloc = largeAllocBytes;
  let alloc = largeAllocBytes - largeCondemnedBytes;
  const rows = [];
  for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
    const [sizeBytes, allocated, freed] = [at(class_to_size, c), at(mallocs, c), at(condemned, c)];
    allocs += allocated;
    frees += freed;
    totalAlloc += allocated * sizeBytes;
    alloc += (allocated - freed) * sizeBytes;
    if (allocated > 0) rows.push({ sizeBytes, mallocs: allocated, frees: freed });
  }
  return { mallocs: allocs, frees, totalAlloc, alloc, rows };
}
