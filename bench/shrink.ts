/**
 * How well failing traces shrink: for each fault of the catalogue traces of many seeds are shrunk, beside them
 * `fc.commands` on the same faults and seeds. `npm run bench:shrink -- --help`.
 */
import Table from 'cli-table3';
import { Command } from 'commander';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue } from '../faults/catalogue';
import { packageRoot } from '../packageRoot';
import { CHECKS } from '../properties/checks';
import { formatNumber } from '../properties/drift';
import { replaceBlock } from '../docs/readme';
import { certify } from '../shrinkers/certificate';
import { compare } from '../shrinkers/order';
import { kindOfFailure, type FailingTrace } from '../shrinkers/sameBug';
import { shrink } from '../shrinkers/shrink';
import { failingTrace, planted, type Planted } from '../shrinkers/testKit';
import { plainFinal } from './shrinkPeer';

interface Options {
  readonly seeds: number;
  readonly faults: number;
  readonly only?: string;
  readonly certify: boolean;
  readonly peer: boolean;
  readonly json?: boolean;
  readonly readme?: boolean;
}

/** What is known of one fault. */
interface Row {
  readonly fault: string;
  readonly seeds: number;
  readonly before: number;
  readonly after: number;
  readonly longest: number;
  /** Different traces at the end, and different things that they show (check, counter, sign). */
  readonly finals: number;
  readonly kinds: number;
  readonly tries: number;
  readonly timesMs: readonly number[];
  readonly certificate: string;
  readonly certificateMs: number;
  readonly peerFinals: number;
  readonly peerLongest: number;
  readonly peerSlips: number;
}

void new Command('bench:shrink')
  .option('--seeds <n>', 'seeds for each fault', Number, 100)
  .option('--faults <n>', 'faults, spread over the catalogue; all of them: 0', Number, 0)
  .option('--only <regexp>', 'faults whose name matches')
  .option('--no-certify', 'without certificates')
  .option('--no-peer', 'without fc.commands')
  .option('--json', 'print the rows as JSON')
  .option('--readme', 'write the table into the README')
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const rows: Row[] = [];
  for (const name of chosen(options)) {
    const row = await rowOf(name, options);
    if (row !== undefined) rows.push(row);
    if (process.stderr.isTTY) process.stderr.write(`\r${rows.length} ${name}\u001b[K`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (options.json === true) process.stdout.write(`${JSON.stringify({ bench: 'shrink', version: 1, ...totals(rows), rows }, null, 2)}\n`);
  else process.stdout.write(`${terminalTable(rows)}\n${summary(rows)}\n`);
  if (options.readme === true) writeReadme(rows);
}

function chosen({ faults, only }: Options): readonly string[] {
  const names = readCatalogue().map(({ name }) => name).filter((name) => only === undefined || new RegExp(only).test(name));
  if (faults === 0 || faults >= names.length) return names;
  return Array.from({ length: faults }, (_, i) => names[Math.floor((i * names.length) / faults)]);
}

async function rowOf(name: string, { seeds, certify: isCertified, peer: isBeside }: Options): Promise<Row | undefined> {
  const fault = planted(name);
  const ends: { before: number; end: FailingTrace; tries: number; timeMs: number }[] = [];
  const peers: { end: FailingTrace; isSame: boolean }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const start = failingTrace(fault, seed, { numRuns: 300 });
    if (start === undefined) continue;
    const startMs = performance.now();
    const { trace, failure, tries } = await shrink(start.trace, start.failure, fault.tryTrace);
    ends.push({ before: start.failure.step + 1, end: { trace, failure }, tries, timeMs: performance.now() - startMs });
    const peer = isBeside ? plainFinal(fault, seed) : undefined;
    if (peer !== undefined) peers.push({ end: peer.end, isSame: kindOfFailure(peer.start.failure) === kindOfFailure(peer.end.failure) });
  }
  if (ends.length === 0) return undefined;
  const { text, timeMs } = isCertified ? await certified(fault, mostOf(ends.map(({ end }) => end))) : { text: '', timeMs: 0 };
  return {
    fault: name,
    seeds: ends.length,
    before: median(ends.map(({ before }) => before)),
    after: median(ends.map(({ end }) => end.trace.commands.length)),
    longest: Math.max(...ends.map(({ end }) => end.trace.commands.length)),
    finals: finalsOf(ends.map(({ end }) => end)),
    kinds: new Set(ends.map(({ end }) => kindOfFailure(end.failure))).size,
    tries: median(ends.map(({ tries }) => tries)),
    timesMs: ends.map(({ timeMs: ms }) => Math.round(ms * 100) / 100),
    certificate: text,
    certificateMs: timeMs,
    peerFinals: finalsOf(peers.map(({ end }) => end)),
    peerLongest: Math.max(0, ...peers.map(({ end }) => end.trace.commands.length)),
    peerSlips: peers.filter(({ isSame }) => !isSame).length,
  };
}

/** The final that most seeds end in; of as many, the smallest. */
function mostOf(ends: readonly FailingTrace[]): FailingTrace {
  const count = ({ trace }: FailingTrace): number => ends.filter((other) => compare(other.trace, trace) === 0).length;
  return [...ends].toSorted((left, right) => count(right) - count(left) || compare(left.trace, right.trace))[0];
}

const MAX_CERTIFIED_COMMANDS = 4;
const CERTIFICATE_MS = 20_000;

async function certified({ system, tryTrace }: Planted, known: FailingTrace): Promise<{ text: string; timeMs: number }> {
  if (known.trace.commands.length > MAX_CERTIFIED_COMMANDS) return { text: `${known.trace.commands.length} commands`, timeMs: 0 };
  const startMs = performance.now();
  const isOver = (): boolean => performance.now() - startMs > CERTIFICATE_MS;
  const { isComplete, smaller, doneCommands } = await certify(known, { system, checks: CHECKS, tryTrace, isOver });
  const timeMs = performance.now() - startMs;
  if (isComplete) return { text: 'none shorter', timeMs };
  return { text: smaller === undefined ? `to ${doneCommands}` : `found ${smaller.trace.commands.length}`, timeMs };
}

function finalsOf(ends: readonly FailingTrace[]): number {
  return new Set(ends.map(({ trace }) => JSON.stringify(trace))).size;
}

const HEAD = ['fault', 'seeds', 'commands before', 'after', 'longest', 'finals', 'of kinds', 'tries', 'ms median', 'ms p99', 'certificate', 's', 'fc finals', 'fc longest', 'fc other'];

function cells(row: Row): readonly string[] {
  const { fault, seeds, before, after, longest, finals, kinds, tries, timesMs, certificate, certificateMs, peerFinals, peerLongest, peerSlips } = row;
  const numbers = [seeds, before, after, longest, finals, kinds, tries].map(String);
  const times = [quantile(timesMs, 0.5), quantile(timesMs, 0.99)].map((ms) => ms.toFixed(0));
  return [fault, ...numbers, ...times, certificate, (certificateMs / 1000).toFixed(1), String(peerFinals), String(peerLongest), String(peerSlips)];
}

function terminalTable(rows: readonly Row[]): string {
  const table = new Table({ head: [...HEAD], style: { head: [], border: [] } });
  for (const row of rows) table.push([...cells(row)]);
  return table.toString();
}

/** All faults together. */
function totals(rows: readonly Row[]) {
  const times = rows.flatMap(({ timesMs }) => timesMs);
  return {
    faults: rows.length,
    traces: times.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    oneFinal: rows.filter(({ finals }) => finals === 1).length,
    oneFinalPerKind: rows.filter(({ finals, kinds }) => finals === kinds).length,
    peerOneFinal: rows.filter(({ peerFinals }) => peerFinals === 1).length,
    finals: rows.reduce((sum, { finals }) => sum + finals, 0),
    peerFinals: rows.reduce((sum, { peerFinals }) => sum + peerFinals, 0),
    peerSlips: rows.reduce((sum, { peerSlips }) => sum + peerSlips, 0),
    slowestCertificateMs: Math.max(...rows.map(({ certificateMs }) => certificateMs)),
  };
}

function summary(rows: readonly Row[]): string {
  const all = totals(rows);
  return [
    `${all.faults} faults, ${formatNumber(all.traces)} failing traces of up to 100 commands: shrunk in ${all.medianMs.toFixed(0)} ms (median), ${all.p99Ms.toFixed(0)} ms (99th percentile).`,
    `Every seed ends in one and the same trace for ${all.oneFinal} faults, and in one for each thing that drifts for ${all.oneFinalPerKind}; \`fc.commands\` for ${all.peerOneFinal}.`,
    `In all ${all.finals} different finals; \`fc.commands\`: ${formatNumber(all.peerFinals)}, and ${formatNumber(all.peerSlips)} times what drifts at the end is not what drifted at first.`,
    `The slowest certificate took ${(all.slowestCertificateMs / 1000).toFixed(1)} s.`,
  ].join('\n');
}

function writeReadme(rows: readonly Row[]): void {
  const path = join(packageRoot(), 'README.md');
  const text = [summary(rows), '', `| ${HEAD.join(' | ')} |`, `|${' --- |'.repeat(HEAD.length)}`, ...rows.map((row) => `| ${cells(row).join(' | ')} |`)].join('\n');
  writeFileSync(path, replaceBlock(readFileSync(path, 'utf8'), 'shrink', text));
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
