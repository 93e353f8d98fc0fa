/** Statistics as an allocator outside the model reports them: the fields it has, named as in `runtime.MemStats`. */
import { MEMSTATS_TOTALS, type MemStats, type MemStatsTotal } from '../model/memstats';
import { publishedFields, type PublishedFields } from '../properties/publishedFields';

export type Figures = { readonly [field in MemStatsTotal]?: number } & {
  /** A row for each size class that was ever used: class, objects allocated, objects freed. */
  readonly BySize?: readonly (readonly [sizeclass: number, mallocs: number, frees: number])[];
};

export const FIGURE_FIELDS = [...MEMSTATS_TOTALS, 'BySize'] as const;

/** Fills `stats`: a field that is left out becomes NaN, and `FixedFields.seen` says that it is not there; a class without a row is 0. */
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

/**
 * The fields that a system publishes, fixed by its first answer. A field that came or went later would switch its
 * checks on or off unnoticed.
 */
export class FixedFields {
  private stats: number | undefined;
  private rescan = 0;
  private fields: { readonly publishes: PublishedFields; readonly rescans: PublishedFields } | undefined;

  /** Compares an answer's fields with those of the first answer; returns how they differ, or undefined. */
  difference(stats: Figures, rescan: Figures | undefined): string | undefined {
    const inStats = fieldBits(stats);
    const inRescan = rescan === undefined ? 0 : fieldBits(rescan);
    if (this.stats === undefined) {
      this.stats = inStats;
      this.rescan = inRescan;
    }
    return bitsDifference('stats', this.stats, inStats) ?? bitsDifference('rescan', this.rescan, inRescan);
  }

  /** The fields that each half of an observation has, for the checks; undefined before the first answer. */
  get seen(): { readonly publishes: PublishedFields; readonly rescans: PublishedFields } | undefined {
    if (this.stats === undefined) return undefined;
    this.fields ??= { publishes: fieldsOfBits(this.stats), rescans: fieldsOfBits(this.rescan) };
    return this.fields;
  }

  /** The fields of `stats` in the first answer; none before it. */
  get names(): readonly (typeof FIGURE_FIELDS)[number][] {
    const { stats = 0 } = this;
    return FIGURE_FIELDS.filter((_, i) => (stats & (1 << i)) !== 0);
  }
}

function fieldsOfBits(bits: number): PublishedFields {
  return publishedFields(new Set(FIGURE_FIELDS.filter((_, i) => (bits & (1 << i)) !== 0)));
}

/** One bit for each field that is there, as this runs at every step. */
function fieldBits(figures: Figures): number {
  let bits = 0;
  let bit = 1;
  for (const field of FIGURE_FIELDS) {
    if (figures[field] !== undefined) bits |= bit;
    bit <<= 1;
  }
  return bits;
}

function bitsDifference(half: string, first: number, now: number): string | undefined {
  if (first === now) return undefined;
  for (const [i, field] of FIGURE_FIELDS.entries()) {
    const bit = 1 << i;
    if ((first & bit) > (now & bit)) return `${half}.${field} is missing, which the first answer had`;
    if ((first & bit) < (now & bit)) return `${half}.${field} is there, which the first answer did not have`;
  }
  return undefined;
}
