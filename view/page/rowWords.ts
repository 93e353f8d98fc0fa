/** Figures in words. */
import { formatNumber } from '../../properties/formatNumber';
import { CLEAN, LEDGER, RESCAN, type ViewRow, type ViewRun } from '../viewData';

/** `nmalloc[5]`, `local_nsmallfree[5] of P0`, `BySize[5].Mallocs`. */
export function rowName({ name, class: sizeclass, p }: ViewRow): string {
  const where = p === undefined ? '' : ` of P${p}`;
  if (sizeclass === undefined) return `${name}${where}`;
  return name.startsWith('BySize.')
    ? `BySize[${sizeclass}].${name.slice('BySize.'.length)}`
    : `${name}[${sizeclass}]${where}`;
}

export function signed(difference: number): string {
  if (difference === 0) return '0';
  return difference < 0 ? `−${formatNumber(-difference)}` : `+${formatNumber(difference)}`;
}

/** Returns the name of a column. */
export function columnName(column: number, { system }: { readonly system: string }): string {
  if (column === RESCAN) return 'rescan';
  if (column === LEDGER) return 'ledger';
  if (column === CLEAN) return system === 'go' ? 'model' : 'clean';
  return 'counter';
}

/** Returns the row that says most about a failure: of those that drift first, a counter rather than the field it is published in. */
export function tellingRow(run: ViewRun, firstDrift: Int32Array): number {
  const order = { counter: 0, twin: 1, local: 2, published: 3, inside: 4 } as const;
  let best = -1;
  const rank = (row: number): number =>
    (firstDrift[row] ?? 0) * 8 +
    order[run.rows[row]?.group ?? 'inside'] * 2 +
    (run.rows[row]?.class === undefined ? 1 : 0);
  for (const row of run.rows.keys()) {
    if ((firstDrift[row] ?? -1) < 0) continue;
    if (best < 0 || rank(row) < rank(best)) best = row;
  }
  return best;
}
