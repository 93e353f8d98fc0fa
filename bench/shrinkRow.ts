/** Measures how the failing traces of one fault shrink: the result and cost of each seed, next to those of `fc.commands`. */
import { CHECKS } from '../properties/checks/checks';
import { commandText } from '../properties/trace/commandText';
import { certify } from '../shrinkers/certify/certificate';
import { compare } from '../shrinkers/order';
import { kindOfFailure } from '../shrinkers/sameBug';
import { shrink } from '../shrinkers/shrink';
import { failingTrace, planted, type Planted } from '../testing/planted';
import { plainFinal } from './shrinkPeer';
import type { FailingTrace } from '../properties/failure';
import { at } from '../properties/at';

export interface RowOptions {
  readonly seeds: number;
  readonly certify: boolean;
  /** Seeds that `fc.commands` gets; 0 leaves it out. */
  readonly peerSeeds: number;
}

/** The results of one fault. */
export interface Row {
  readonly fault: string;
  /** Seeds with a failing trace. */
  readonly seeds: number;
  /** Median length of the failing traces. */
  readonly before: number;
  /** Median length at the end. */
  readonly after: number;
  /** Different traces at the end, those of most seeds first. */
  readonly finals: readonly Final[];
  /** Median of the traces that were run. */
  readonly tries: number;
  /** CPU time of each shrink. */
  readonly timesMs: readonly number[];
  readonly peer: Peer | undefined;
}

/** A trace in which seeds ended. */
export interface Final {
  readonly seeds: number;
  readonly signature: string;
  /** The signature without the op that noticed. */
  readonly kind: string;
  readonly procs: number;
  readonly commands: readonly string[];
  readonly certificate: FinalCertificate | undefined;
}

/** The result of a search through all traces shorter than a final trace. */
export interface FinalCertificate {
  /** `none shorter`, `found 3` or `to 2`, the length up to which it came in its time. */
  readonly text: string;
  readonly tries: number;
  readonly timeMs: number;
}

export interface Peer {
  readonly seeds: number;
  readonly finals: number;
  readonly longest: number;
  /** The number of shrinks that ended in a different drift than they started with. */
  readonly slips: number;
}

/** Traces that are drawn for a seed until one fails. */
const MAX_RUNS = 2000;

/** Nothing if no seed finds a failing trace. */
export async function rowOf(name: string, options: RowOptions): Promise<Row | undefined> {
  const fault = planted(name);
  const ends: { before: number; end: FailingTrace; tries: number; timeMs: number }[] = [];
  for (let seed = 1; seed <= options.seeds; seed++) {
    const start = failingTrace(fault, seed, { numRuns: MAX_RUNS });
    if (start === undefined) continue;
    const startMs = cpuMs();
    const { trace, failure, tries } = await shrink(start.trace, start.failure, fault.trial);
    ends.push({ before: start.failure.step + 1, end: { trace, failure }, tries, timeMs: cpuMs() - startMs });
  }
  if (ends.length === 0) return undefined;
  return {
    fault: name,
    seeds: ends.length,
    before: median(ends.map(({ before }) => before)),
    after: median(ends.map(({ end }) => end.trace.commands.length)),
    finals: await finalsOf(
      fault,
      ends.map(({ end }) => end),
      options.certify,
    ),
    tries: median(ends.map(({ tries }) => tries)),
    timesMs: ends.map(({ timeMs }) => Math.round(timeMs * 100) / 100),
    peer: options.peerSeeds === 0 ? undefined : peerOf(fault, options.peerSeeds),
  };
}

/** CPU time of this process: on a machine with other work, the clock tells more of that than of this. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Each final once; those that share a signature with another, and the first, are certified. */
async function finalsOf(
  fault: Planted,
  ends: readonly FailingTrace[],
  isCertified: boolean,
): Promise<readonly Final[]> {
  const groups = new Map<string, FailingTrace[]>();
  for (const end of ends) {
    const key = JSON.stringify(end.trace);
    groups.set(key, [...(groups.get(key) ?? []), end]);
  }
  const sorted = [...groups.values()].toSorted(
    (left, right) => right.length - left.length || compare(at(left, 0).trace, at(right, 0).trace),
  );
  const finals: Final[] = [];
  for (const [i, group] of sorted.entries()) {
    const end = at(group, 0);
    const { signature } = end.failure;
    const isOne = sorted.filter((other) => at(other, 0).failure.signature === signature).length === 1;
    finals.push({
      seeds: group.length,
      signature,
      kind: kindOfFailure(end.failure),
      procs: end.trace.shape.procs,
      commands: end.trace.commands.map(commandText),
      certificate: isCertified && (i === 0 || !isOne) ? await certificateOf(fault, end) : undefined,
    });
  }
  return finals;
}

const CERTIFICATE_MS = 10_000;

async function certificateOf({ system, trial }: Planted, known: FailingTrace): Promise<FinalCertificate> {
  const startMs = cpuMs();
  const isOver = (): boolean => cpuMs() - startMs > CERTIFICATE_MS;
  const { isComplete, smaller, doneCommands, tries } = await certify(known, { system, checks: CHECKS, trial, isOver });
  const timeMs = Math.round(cpuMs() - startMs);
  if (isComplete) return { text: 'none shorter', tries, timeMs };
  return {
    text: smaller === undefined ? `to ${doneCommands}` : `found ${smaller.trace.commands.length}`,
    tries,
    timeMs,
  };
}

function peerOf(fault: Planted, seeds: number): Peer {
  const ends: { end: FailingTrace; isSame: boolean }[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const peer = plainFinal(fault, seed);
    if (peer !== undefined)
      ends.push({ end: peer.end, isSame: kindOfFailure(peer.start.failure) === kindOfFailure(peer.end.failure) });
  }
  return {
    seeds: ends.length,
    finals: new Set(ends.map(({ end }) => JSON.stringify(end.trace))).size,
    longest: Math.max(0, ...ends.map(({ end }) => end.trace.commands.length)),
    slips: ends.filter(({ isSame }) => !isSame).length,
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
