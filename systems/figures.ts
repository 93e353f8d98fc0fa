/** Statistics as an allocator outside the model tells them: the fields that it has, by the names of `runtime.MemStats`. */
import { MEMSTATS_TOTALS, type MemStats, type MemStatsTotal } from '../model/memstats';

export type Figures = { readonly [field in MemStatsTotal]?: number | undefined } & {
  /** A row for each size class that was ever used: class, objects allocated, objects freed. */
  readonly BySize?: readonly (readonly [sizeclass: number, mallocs: number, frees: number])[] | undefined;
};

/** A field that is left out becomes NaN, which no check compares; a class that has no row is 0. */
export function fillMemStats(stats: MemStats, figures: Figures): void {
  for (const [i, field] of MEMSTATS_TOTALS.entries()) stats.totals[i] = figures[field] ?? Number.NaN;
  const rest = figures.BySize === undefined ? Number.NaN : 0;
  stats.mallocs.fill(rest);
  stats.frees.fill(rest);
  for (const [sizeclass, mallocs, frees] of figures.BySize ?? []) {
    stats.mallocs[sizeclass] = mallocs;
    stats.frees[sizeclass] = frees;
  }
}
