/** Formats a number with its digits in groups of three. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : String(value);
}

/** Formats a count with its noun: `1 step`, `1,200 steps`. */
export function pluralize(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;
}
