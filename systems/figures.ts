/** Statistics as an allocator outside the model reports them: the fields that it has, named as in `runtime.MemStats`. */
import { MEMSTATS_TOTALS, type MemStats, type MemStatsTotal } from '../model/memstats';
import { publishedFields, type PublishedFields } from '../properties/publishedFields';

export type Figures = { readonly [field in MemStatsTotal]?: number | undefined } & {
  /** A row for each size class that was ever used: class, objects allocated, objects freed. */
  readonly BySize?: readonly (readonly [sizeclass: number, mallocs: number, frees: number])[] | undefined;
};

/**
 * Copies figures into a reading. A field that is left out becomes NaN, and `fieldsOf` says that it is not there; a
 * class without a row counts zero.
 */
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

/** Returns the fields that figures have. */
export function fieldsOf(figures: Figures): PublishedFields {
  return publishedFields(new Set(fieldNamesOf(figures)));
}

/** Returns the names of the fields that figures have, in the order in which they stand there. */
export function fieldNamesOf(figures: Figures): readonly string[] {
  return Object.entries(figures)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}
