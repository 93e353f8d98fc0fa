/** The figures of `bench:shrink` for a person: on a terminal, in the README in short, in docs/shrinking.md in full. */
import Table from 'cli-table3';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBlock } from '../scripts/readme';
import { packageRoot } from '../packageRoot';
import type { PairRow } from './pairs';
import { reasonOf, sameSignature } from './shrinkReason';
import { median, quantile, type Row } from './shrinkRow';
import { SLAB_BUGS } from './slabAllocator';
import type { SlabRow } from './slab';
import { formatNumber } from '../properties/formatNumber';
import { at } from '../properties/at';

export function shrinkText(rows: readonly Row[], pairs: readonly PairRow[], slab: readonly SlabRow[]): string {
  const parts = [];
  if (rows.length > 0) parts.push(terminalTable(HEAD, rows.map(cells)), summary(rows));
  if (pairs.length > 0) parts.push(terminalTable(PAIR_HEAD, pairs.map(pairCells)), pairSummary(pairs));
  if (slab.length > 0) parts.push(terminalTable(SLAB_HEAD, slabCells(slab)));
  return `${parts.join('\n')}\n`;
}

/** Writes the short form into the README and the whole into docs/shrinking.md, between their marks. */
export function writeShrinkDocs(rows: readonly Row[], pairs: readonly PairRow[], slab: readonly SlabRow[]): void {
  write('README.md', 'shrink', [
    summary(rows),
    pairSummary(pairs),
    '',
    markdownTable(HEAD, telling(rows).map(cells)),
    '',
    SLAB_TEXT,
    '',
    markdownTable(SLAB_HEAD, slabCells(slab)),
  ]);
  write(join('docs', 'shrinking.md'), 'faults', [summary(rows), '', markdownTable(HEAD, rows.map(cells))]);
  write(join('docs', 'shrinking.md'), 'reasons', reasons(rows));
  write(join('docs', 'shrinking.md'), 'slowest', slowest(rows));
  write(join('docs', 'shrinking.md'), 'pairs', [
    pairSummary(pairs),
    '',
    markdownTable(PAIR_HEAD, pairs.map(pairCells)),
  ]);
}

function write(file: string, block: string, lines: readonly string[]): void {
  const path = join(packageRoot(), file);
  writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), block, lines.join('\n')));
}

const HEAD = [
  'fault',
  'seeds',
  'commands before',
  'after',
  'longest',
  'finals',
  'signatures',
  'tries',
  'ms median',
  'ms p99',
  'certificate',
  's',
  'fc finals',
  'fc longest',
  'fc other',
];

function cells({ fault, seeds, before, after, finals, tries, timesMs, peer }: Row): readonly string[] {
  const times = [quantile(timesMs, 0.5), quantile(timesMs, 0.99)].map((ms) => ms.toFixed(0));
  const { certificate } = at(finals, 0);
  const certified = certificate === undefined ? ['', ''] : [certificate.text, (certificate.timeMs / 1000).toFixed(1)];
  const numbers = [seeds, before, after, longestOf(finals), finals.length, signaturesOf(finals), tries].map(String);
  const beside = peer === undefined ? ['', '', ''] : [peer.finals, peer.longest, peer.slips].map(String);
  return [fault, ...numbers, ...times, ...certified, ...beside];
}

function longestOf(finals: Row['finals']): number {
  return Math.max(...finals.map(({ commands }) => commands.length));
}

function signaturesOf(finals: Row['finals']): number {
  return new Set(finals.map(({ signature }) => signature)).size;
}

/** A dozen that say most: those with the most finals, the longest, the slowest, and a few that are as most are. */
function telling(rows: readonly Row[]): readonly Row[] {
  const by = (figure: (row: Row) => number): readonly Row[] =>
    [...rows].toSorted((left, right) => figure(right) - figure(left));
  const picked = new Set([
    ...by(({ finals }) => finals.length).slice(0, 3),
    ...by(({ finals }) => longestOf(finals)).slice(0, 2),
    ...by(({ timesMs }) => median(timesMs)).slice(0, 2),
    ...by(({ peer }) => peer?.finals ?? 0).slice(0, 2),
    ...rows.filter(({ finals }) => finals.length === 1).filter((_, i, all) => i % Math.ceil(all.length / 4) === 0),
  ]);
  return rows.filter((row) => picked.has(row));
}

/** All faults together. */
export function totals(rows: readonly Row[]) {
  const times = rows.flatMap(({ timesMs }) => timesMs);
  const finals = rows.flatMap((row) => row.finals);
  const peers = rows.flatMap(({ peer }) => (peer === undefined ? [] : [peer]));
  return {
    faults: rows.length,
    traces: times.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    oneFinal: rows.filter((row) => row.finals.length === 1).length,
    oneFinalPerSignature: rows.filter((row) => row.finals.length === signaturesOf(row.finals)).length,
    finals: finals.length,
    peerFaults: peers.length,
    peerTraces: peers.reduce((sum, { seeds }) => sum + seeds, 0),
    peerOneFinal: peers.filter((peer) => peer.finals === 1).length,
    peerFinals: peers.reduce((sum, peer) => sum + peer.finals, 0),
    peerSlips: peers.reduce((sum, { slips }) => sum + slips, 0),
    slowestCertificateMs: Math.max(
      0,
      ...finals.filter(({ commands }) => commands.length <= 4).map(({ certificate }) => certificate?.timeMs ?? 0),
    ),
  };
}

function summary(rows: readonly Row[]): string {
  const all = totals(rows);
  return [
    `${all.faults} faults, ${formatNumber(all.traces)} failing traces of up to 100 commands: shrunk in ${all.medianMs.toFixed(0)} ms of CPU time (median), ${all.p99Ms.toFixed(0)} ms (99th percentile).`,
    `Every seed ends in one and the same trace for ${all.oneFinal} faults, and in one for each signature (check, counter, sign, command) for ${all.oneFinalPerSignature}; ${all.finals} finals in all.`,
    `\`fc.commands\` on ${all.peerFaults} of the faults and the same seeds: one and the same trace for ${all.peerOneFinal}, ${formatNumber(all.peerFinals)} finals in all, and in ${formatNumber(all.peerSlips)} of ${formatNumber(all.peerTraces)} what drifts at the end is not what drifted at first.`,
    `The slowest certificate of a trace of up to 4 commands took ${(all.slowestCertificateMs / 1000).toFixed(1)} s.`,
  ].join('\n');
}

function reasons(rows: readonly Row[]): readonly string[] {
  const several = rows.filter(({ finals }) => finals.length > 1);
  const unmerged = several.filter(({ finals }) => sameSignature(finals).length > 0);
  return [
    `${several.length} of ${rows.length} faults end in more than one trace; ${several.length - unmerged.length} of them since another thing drifts or another command notices, ${unmerged.length} although the signature is the same.`,
    '',
    ...several.flatMap((row) => [`- \`${row.fault}\`: ${reasonOf(row.finals)}.`, ...row.finals.map(finalLine)]),
  ];
}

function finalLine({ seeds, signature, procs, commands, certificate }: Row['finals'][number]): string {
  const proof = certificate === undefined ? '' : `; certificate: ${certificate.text}`;
  return `  - ${seeds} seed${seeds === 1 ? '' : 's'}, *${signature}*${procs === 1 ? '' : `, ${procs} Ps`}: ${commands.join('; ')}${proof}`;
}

function slowest(rows: readonly Row[]): readonly string[] {
  const sorted = [...rows].toSorted((left, right) => median(right.timesMs) - median(left.timesMs)).slice(0, 8);
  const line = ({ fault, timesMs, tries, finals }: Row): readonly string[] => [
    fault,
    median(timesMs).toFixed(0),
    Math.max(...timesMs).toFixed(0),
    String(tries),
    at(finals, 0).commands.join('; '),
  ];
  return [markdownTable(['fault', 'ms median', 'ms most', 'tries', 'ends in'], sorted.map(line))];
}

const PAIR_HEAD = [
  'two faults at once',
  'traces',
  'slips',
  'seeds that report both',
  'one hides the other',
  'traces reported',
  'fc traces',
  'fc slips',
];

function pairCells({
  faults,
  traces,
  slips,
  both,
  hidden,
  reported,
  peerTraces,
  peerSlips,
}: PairRow): readonly string[] {
  return [faults.join(' + '), ...[traces, slips, both, hidden, reported, peerTraces, peerSlips].map(String)];
}

function pairSummary(pairs: readonly PairRow[]): string {
  const sum = (figure: (row: PairRow) => number): string =>
    formatNumber(pairs.reduce((all, row) => all + figure(row), 0));
  return `Two faults at once, ${pairs.length} pairs: ${sum(({ slips }) => slips)} of ${sum(({ traces }) => traces)} shrinks slipped from one to the other, with \`fc.commands\` ${sum(({ peerSlips }) => peerSlips)} of ${sum(({ peerTraces }) => peerTraces)}. ${sum(({ both }) => both)} seeds report both; with ${sum(({ hidden }) => hidden)} one hides the other: whatever trace shows it fails as the first one earlier, and it is found once that is mended.`;
}

const SLAB_TEXT =
  'A small slab allocator with a planted bug that takes three commands, under four libraries: in how many different traces the seeds end, and their median length.';

const SLAB_HEAD = ['library', ...SLAB_BUGS];

function slabCells(slab: readonly SlabRow[]): readonly (readonly string[])[] {
  const libraries = [...new Set(slab.map(({ library }) => library))];
  return libraries.map((library) => [
    library,
    ...SLAB_BUGS.map((bug) => slabCell(slab.find((row) => row.library === library && row.bug === bug))),
  ]);
}

function slabCell(row: SlabRow | undefined): string {
  if (row === undefined) return '';
  if (row.skipped !== undefined) return `skipped: ${row.skipped}`;
  const longer = row.longest > row.median ? `, the longest ${row.longest}` : '';
  return `${row.finals} of ${row.seeds} seeds; ${row.median} commands${longer}`;
}

function terminalTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `| ${head.join(' | ')} |`,
    `|${' --- |'.repeat(head.length)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}
