import { formatNumber } from './formatNumber';

/** A counter that is not what it should be, and where. */
export interface Drift {
  readonly counter: string;
  readonly class?: number | undefined;
  readonly p?: number | undefined;
  readonly span?: number | undefined;
  readonly expected: number;
  readonly actual: number;
}

/** No drift: the answer of every check that holds, so that holding allocates nothing. */
export const NO_DRIFTS: readonly Drift[] = [];

/** `BySize.Mallocs of class 5: 12, expected 15 (−3)`. */
export function formatDrift(drift: Drift): string {
  const difference = drift.actual - drift.expected;
  const signed = difference > 0 ? `+${formatNumber(difference)}` : `−${formatNumber(-difference)}`;
  return `${drift.counter}${where(drift)}: ${formatNumber(drift.actual)}, expected ${formatNumber(drift.expected)} (${signed})`;
}

function where(drift: Drift): string {
  const places = [];
  if (drift.class !== undefined) places.push(`class ${drift.class}`);
  if (drift.p !== undefined) places.push(`P${drift.p}`);
  if (drift.span !== undefined) places.push(`span ${drift.span}`);
  return places.length === 0 ? '' : ` of ${places.join(', ')}`;
}
