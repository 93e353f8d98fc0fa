/** The table of the releases, below the cost of a read before and after the counters. */
import { styleText } from 'node:util';
import type { ReadCost } from './readCost';
import type { SystemVerdict } from './verdicts';
import { knownBugsOf, knownBugText } from '../../systems/go/releases';
import { formatNumber } from '../../properties/formatNumber';

export interface History {
  readonly seed: number;
  /** Costs of a read of the statistics, with the scan and with the counters. */
  readonly reads: readonly ReadCost[];
  readonly rows: readonly ReleaseRow[];
}

export interface ReleaseRow {
  readonly release: string;
  /** Undefined if the release is not available; then `note` says why. */
  readonly verdict?: SystemVerdict | undefined;
  readonly note?: string | undefined;
}

export function historyText({ seed, reads, rows }: History): string {
  const heaps = Object.keys(reads.find(({ what }) => what.startsWith('model'))?.readMicroseconds ?? {}).map(Number);
  const lines = [
    `${styleText('bold', 'spancheck history')}  seed ${seed}`,
    '',
    ...(reads.length === 0
      ? []
      : [aligned(['ReadMemStats', ...heaps.map(heapSize)]), ...reads.map((cost) => readLine(cost, heaps)), '']),
    aligned(['release', 'steps', 'traces', 'checks', 'steps/s', '']),
    ...rows.flatMap(releaseLines),
  ];
  return `${lines.join('\n')}\n`;
}

function heapSize(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB`;
}

function readLine({ what, readMicroseconds, note }: ReadCost, heaps: readonly number[]): string {
  if (note !== undefined) return `${what.padEnd(FIRST)}skipped  ${note}`;
  return aligned([what, ...heaps.map((mib) => `${(readMicroseconds[mib] ?? NaN).toFixed(1)} µs`)]);
}

function releaseLines({ release, verdict, note }: ReleaseRow): readonly string[] {
  if (verdict === undefined) return [`${release.padEnd(FIRST)}${styleText('yellow', 'skipped')}  ${note ?? ''}`];
  const { outcome, steps, traces, checks, seconds, found, repeat } = verdict;
  const figures = [steps, traces, checks.length, Math.round(steps / Math.max(seconds, 0.001))].map(formatNumber);
  const line = `${aligned([release, ...figures])}  ${word(outcome)}`;
  const known = knownBugsOf(verdict.note ?? release).map((bug) => `  ${knownBugText(bug)}`);
  if (found === undefined) return [line, ...known];
  const { failure } = found;
  return [line, ...known, `  ${failure.check}: ${failure.message}`, `  ${found.file}`, `  ${repeat}`];
}

function word(outcome: string): string {
  if (outcome === 'held') return styleText('green', 'held');
  if (outcome === 'failed') return styleText('red', 'FAILED');
  return styleText('yellow', outcome === 'nothing checked' ? outcome : 'stopped');
}

const FIRST = 16;

function aligned([first = '', ...others]: readonly string[]): string {
  return `${first.padEnd(FIRST)}${others.map((text) => text.padStart(12)).join('')}`.trimEnd();
}
