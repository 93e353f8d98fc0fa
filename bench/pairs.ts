/**
 * Two faults planted at once: does shrinking slip from one to the other, and are both reported? A slip is an end that
 * the fault alone which made the trace fail does not show.
 */
import { isSameBug } from '../shrinkers/sameBug';
import { shrinkOthers } from '../shrinkers/otherBugs';
import { shrink } from '../shrinkers/shrink';
import { failingTrace, planted, type Planted } from '../testing/planted';
import { plainFinal } from './shrinkPeer';
import type { FailingTrace } from '../properties/failure';

/** Faults of different flows, whose traces are of different lengths. */
export const PAIRS: readonly (readonly [string, string])[] = [
  ['uncache-span-no-refund', 'cache-span-bets-twice'],
  ['sweep-not-counted', 'sweep-large-not-counted'],
  ['purge-tinyallocs-overwrites', 'free-counts-spans'],
  ['uncache-span-no-heap-live', 'uncache-span-refunds-one'],
  ['large-alloc-no-count', 'sweep-counted-twice'],
  ['freemcache-drops-counters', 'free-manual-no-stacks'],
  ['tiny-miss-counted', 'large-alloc-counts-requested'],
  ['gc-heap-live-adds', 'sweep-large-no-bytes'],
  ['tiny-hit-not-counted', 'uncache-span-no-heap-live'],
  ['sweep-counts-survivors', 'tiny-hit-is-a-malloc'],
];

/** Traces that are drawn for another bug, as `spancheck run` does. */
const MORE_RUNS = 100;

export interface PairRow {
  readonly faults: readonly string[];
  /** Failing traces that exactly one of the two faults causes. */
  readonly traces: number;
  /** The number of those that end in a trace that does not fail with this fault alone. */
  readonly slips: number;
  /** Seeds that reported both faults, each with a trace of its own. */
  readonly both: number;
  /** Seeds of the others, with which every trace that shows the missing fault alone fails as the reported one before. */
  readonly hidden: number;
  /** Traces that were reported, by all seeds together. */
  readonly reported: number;
  readonly peerTraces: number;
  readonly peerSlips: number;
}

export async function pairRow(faults: readonly [string, string], seeds: number): Promise<PairRow> {
  const both = planted(...faults);
  const alone = faults.map((name) => planted(name));
  const row = { faults, traces: 0, slips: 0, both: 0, hidden: 0, reported: 0, peerTraces: 0, peerSlips: 0 };
  for (let seed = 1; seed <= seeds; seed++) {
    const start = failingTrace(both, seed);
    if (start === undefined) continue;
    const shrunk = await shrink(start.trace, start.failure, both.trial);
    const cause = await causeOf(start, alone);
    if (cause !== undefined) row.traces++;
    if (cause !== undefined && !failsAs(shrunk, cause)) row.slips++;
    const others = await shrinkOthers(shrunk, both.trial, {}, (isKnown) =>
      failingTrace(both, seed, { numRuns: MORE_RUNS, isKnown }),
    );
    row.reported += 1 + others.length;
    const missing = await notShown([shrunk, ...others], alone);
    if (missing === undefined) row.both++;
    else if (await isHidden(missing, both, seed)) row.hidden++;
    const peer = plainFinal(both, seed);
    const peerCause = peer && (await causeOf(peer.start, alone));
    if (peer === undefined || peerCause === undefined) continue;
    row.peerTraces++;
    if (!failsAs(peer.end, peerCause)) row.peerSlips++;
  }
  return row;
}

/** The fault that alone makes the trace fail in that way, if it is only one. */
async function causeOf(found: FailingTrace, alone: readonly Planted[]): Promise<Planted | undefined> {
  const causes: Planted[] = [];
  for (const fault of alone) if (failsAs(found, fault)) causes.push(fault);
  return causes.length === 1 ? causes[0] : undefined;
}

function failsAs({ trace, failure }: FailingTrace, { tryTrace }: Planted): boolean {
  const found = tryTrace(trace);
  return found !== undefined && found.step === failure.step && isSameBug({ trace, failure }, { trace, failure: found });
}

/** A fault that alone fails none of the traces. */
async function notShown(reported: readonly FailingTrace[], alone: readonly Planted[]): Promise<Planted | undefined> {
  for (const fault of alone) {
    let isShown = false;
    for (const { trace } of reported) isShown ||= fault.tryTrace(trace) !== undefined;
    if (!isShown) return fault;
  }
  return undefined;
}

/** Traces in which a fault is looked for behind the other. */
const HIDDEN_TRACES = 10;

/** Reports if every trace that fails with `fault` alone fails earlier, or as another bug, with both faults planted. */
async function isHidden(fault: Planted, both: Planted, seed: number): Promise<boolean> {
  for (let i = 0; i < HIDDEN_TRACES; i++) {
    const found = failingTrace(fault, seed + i);
    if (found !== undefined && failsAs(found, both)) return false;
  }
  return true;
}
