import { formatNumber } from './formatNumber';

/** A counter with a wrong value, and its place. */
export interface Drift {
  readonly counter: string;
  readonly class?: number | undefined;
  readonly p?: number | undefined;
  readonly span?: number | undefined;
  readonly expected: number;
  readonly actual: number;
}

/** The answer of every check that holds: a shared constant, so that holding allocates nothing. */
export const NO_DRIFTS: readonly Drift[] = [];

/** Formats a drift as `BySize.Mallocs of class 5: 12, expected 15 (−3)`. */
export function formatDrift(drift: Drift): string {
  const { expected, actual } = drift;
  const counter = `${drift.counter}${place(drift)}`;
  if (Number.isNaN(actual)) {
    return `${counter}: not a number${Number.isNaN(expected) ? '' : `, expected ${formatNumber(expected)}`}`;
  }
  if (Number.isNaN(expected)) return `${counter}: ${formatNumber(actual)}, but what it should equal is not a number`;
  const difference = actual - expected;
  const signed = difference > 0 ? `+${formatNumber(difference)}` : `−${formatNumber(-difference)}`;
  return `${counter}: ${formatNumber(actual)}, expected ${formatNumber(expected)} (${signed})`;
}

function place(drift: Drift): string {
  const places = [];
  if (drift.class !== undefined) places.push(`class ${drift.class}`);
  if (drift.p !== undefined) places.push(`P${drift.p}`);
  if (drift.span !== undefined) places.push(`span ${drift.span}`);
  return places.length === 0 ? '' : ` of ${places.join(', ')}`;
}
