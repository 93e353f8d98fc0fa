/**
 * The fields of `MemStats` that a reading has. A system need not publish every field, but it must say which ones it
 * does: a field that it does not have is skipped and listed, and a field that it has must be a number at every step.
 */
import { at } from './at';
import { MEMSTATS_TOTALS, type MemStatsTotal } from '../model/memstats';

/** A field of `MemStats`, as a person names it. */
export type PublishedField = MemStatsTotal | 'BySize';

export interface PublishedFields {
  /** One flag for each of `MEMSTATS_TOTALS`. */
  readonly totals: readonly boolean[];
  /** Tells whether the rows of `BySize` are there; a class without a row counts zero. */
  readonly bySize: boolean;
}

export const ALL_FIELDS: PublishedFields = { totals: MEMSTATS_TOTALS.map(() => true), bySize: true };

export function publishedFields(names: ReadonlySet<string>): PublishedFields {
  return { totals: MEMSTATS_TOTALS.map((field) => names.has(field)), bySize: names.has('BySize') };
}

/** Reports whether a reading has a field, named as in a drift: `Mallocs`, `BySize.Mallocs`. */
export function hasField({ totals, bySize }: PublishedFields, field: string): boolean {
  const i = MEMSTATS_TOTALS.findIndex((total) => total === field);
  return i < 0 ? bySize : at(totals, i);
}

/** Returns the names of all fields of `MemStats` for which `isWanted` holds. */
export function fieldNames(isWanted: (field: PublishedField) => boolean): readonly PublishedField[] {
  return [...MEMSTATS_TOTALS, 'BySize' as const].filter(isWanted);
}

/** The fields that the two halves of an observation have. */
export interface SeenFields {
  readonly published: PublishedFields;
  readonly rescan: PublishedFields;
}

export function seenFields(observation: {
  readonly publishes?: PublishedFields | undefined;
  readonly rescans?: PublishedFields | undefined;
}): SeenFields {
  const { publishes = ALL_FIELDS, rescans = ALL_FIELDS } = observation;
  return { published: publishes, rescan: rescans };
}
