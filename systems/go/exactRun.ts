/** For tests of the Go system: runs a trace and reports where the runtime's counters moved otherwise than they must. */
import { FREES, MALLOCS, TOTAL_ALLOC, logDiff, type MemStats } from '../../model/memstats';
import { at } from '../../properties/at';
import type { Death } from '../../properties/system';
import type { GoSystem } from './goSystem';
import type { ExactTrace, Expected } from './exactTrace';

export interface ExactResult {
  readonly steps: number;
  readonly surprises: readonly string[];
  readonly death: Death | undefined;
}

export async function exactRun(system: GoSystem, trace: ExactTrace): Promise<ExactResult> {
  const surprises: string[] = [];
  const before = { totals: new Float64Array(0), mallocs: new Float64Array(0), firstFrees: 0 };
  let steps = 0;
  const death = await system.run(trace, (step, command, { published, rescan, twins }) => {
    const say = (text: string): void => void surprises.push(`step ${step}, ${JSON.stringify(command)}: ${text}`);
    if (rescan !== undefined)
      logDiff(published, rescan.stats, (field, row, left, right) =>
        say(`${field} ${row ?? ''} is ${left}, by rescan ${right}`),
      );
    for (const { counter, expected, actual } of twins ?? []) say(`${counter} is ${actual}, not ${expected}`);
    if (step >= 0) {
      steps++;
      compare(system.bySizeRows, at(trace.expected, step), published, before, say);
    }
    if (step < 0) before.firstFrees = at(published.totals, FREES);
    before.totals = published.totals.slice();
    before.mallocs = published.mallocs.slice();
    return surprises.length === 0;
  });
  return { steps, surprises, death };
}

interface Before {
  readonly totals: Float64Array;
  readonly mallocs: Float64Array;
  /** Frees before the trace began. */
  readonly firstFrees: number;
}

function compare(
  rows: readonly number[],
  { mallocs, frees, bytes, row, rowMallocs }: Expected,
  published: MemStats,
  before: Before,
  say: (text: string) => void,
): void {
  const moved = (what: string, after: number, was: number, by: number): void => {
    if (after - was !== by) say(`${what} moved by ${after - was}, not ${by}`);
  };
  moved('Mallocs', at(published.totals, MALLOCS), at(before.totals, MALLOCS), mallocs);
  if (frees !== undefined) moved('Frees since the trace began', at(published.totals, FREES), before.firstFrees, frees);
  moved('TotalAlloc', at(published.totals, TOTAL_ALLOC), at(before.totals, TOTAL_ALLOC), bytes);
  for (const r of rows)
    moved(`BySize[${r}].Mallocs`, at(published.mallocs, r), at(before.mallocs, r), r === row ? rowMallocs : 0);
}
