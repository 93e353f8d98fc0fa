/** The figures of a bench as one table for a person. */
import Table from 'cli-table3';
import type { GoFigures, GoRow } from './go';
import type { Headline } from './headline';
import type { InterleaveRow } from './interleave';
import type { StepsRow } from './steps';

/** The measured figures; a part that was not requested is missing. */
export interface Figures {
  readonly steps?: readonly StepsRow[];
  readonly headline?: Headline;
  readonly go?: GoFigures;
  readonly interleave?: readonly InterleaveRow[];
}

export function table({ steps, headline, go, interleave }: Figures): string {
  const lines: Row[] = [];
  for (const row of steps ?? []) lines.push(stepsLine(row));
  for (const row of headline?.rows ?? []) lines.push(...headlineLines(row));
  for (const mib of headline?.skippedMib ?? [])
    lines.push([`heap of ${heapSize(mib)}`, 'does not fit into memory', '', '']);
  for (const row of go?.rows ?? []) lines.push(goLine(row));
  for (const what of go?.skipped ?? []) lines.push([what, 'skipped', '', '']);
  for (const row of interleave ?? []) lines.push(interleaveLine(row));
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

function goLine({ name, release, unit, value, beside }: GoRow): Row {
  const measured = (figure: number): string =>
    `${figure >= 1000 ? (figure / 1000).toFixed(1) + ' k' : figure.toFixed(figure < 1 ? 3 : 1)} ${unit}`;
  const ratio = beside === undefined ? '' : `${beside.ratio.toFixed(2)}x ${beside.name} (${measured(beside.value)})`;
  return [`${release} ${name}`, '', ratio, measured(value)];
}

/** Ratios of states a second: ours to SPIN's, without partial order reduction and with it. */
function interleaveLine({ what, states, statesPerCpuSecond, spin }: InterleaveRow): Row {
  const measured = `${(statesPerCpuSecond / 1e6).toFixed(2)} M states/s, ${states.toLocaleString('en-US')} states`;
  const peers = (spin ?? []).map((peer, i) => {
    const ratio = (statesPerCpuSecond / peer.statesPerSecond).toFixed(1);
    return `${ratio}x spin${i === 0 ? '' : ' with reduction'} (${peer.states.toLocaleString('en-US')} states)`;
  });
  return [`interleave ${what}`, measured, peers.join(', '), ''];
}

function heapSize(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB`;
}
