/** The figures of a bench as one table for a person. */
import Table from 'cli-table3';
import type { Headline } from './headline';
import type { StepsRow } from './steps';

/** What was measured; a part that was not asked for is missing. */
export interface Figures {
  readonly steps?: readonly StepsRow[];
  readonly headline?: Headline;
}

export function table({ steps, headline }: Figures): string {
  const lines: Row[] = [];
  for (const row of steps ?? []) lines.push(stepsLine(row));
  for (const row of headline?.rows ?? []) lines.push(...headlineLines(row));
  for (const mib of headline?.skippedMib ?? []) lines.push([`heap of ${heapSize(mib)}`, 'does not fit into memory', '', '']);
  const drawn = new Table({ head: ['what', 'measured', 'beside it', 'Go'], style: { head: [], border: [] } });
  drawn.push(...lines);
  return drawn.toString();
}

type Row = [what: string, measured: string, beside: string, go: string];

function stepsLine({ what, stepsPerCpuSecond, ratio, spansInUse }: StepsRow): Row {
  const spans = spansInUse === undefined ? '' : `, ${spansInUse.toFixed(0)} spans`;
  return [what, `${(stepsPerCpuSecond / 1e6).toFixed(2)} M steps/s${spans}`, `${ratio.toFixed(1)}x fc.commands`, ''];
}

function headlineLines(row: Headline['rows'][number]): Row[] {
  const heap = `${heapSize(row.heapMib)} of ${row.objects} objects, ${row.procs} ${row.procs === 1 ? 'P' : 'Ps'}`;
  const read = `${row.readMicroseconds.toFixed(1)} µs, best ${row.bestReadMicroseconds.toFixed(1)}`;
  const rescan = `rescan ${row.rescanMilliseconds.toFixed(3)} ms, ${row.rescanMillisecondsPerGib.toFixed(3)} ms per GiB`;
  return [[`readMemStats, ${heap}`, read, rescan, goOf(row)]];
}

function goOf({ goReadMicroseconds, goRescanMilliseconds }: Headline['rows'][number]): string {
  if (goReadMicroseconds === undefined || goRescanMilliseconds === undefined) return '';
  return `${goReadMicroseconds.toFixed(1)} µs, rescan ${goRescanMilliseconds.toFixed(3)} ms`;
}

function heapSize(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB`;
}
