/** The kill table: a row for each fault, from what the hunts for it found. */
import type { Command } from '../../properties/trace/command';
import { WITNESSES, type FaultFile, type Witness } from '../faultFile';
import type { Kill, KillResult, KillTask } from './kill';

export interface KillRow {
  readonly fault: string;
  readonly origin: string;
  readonly kind?: string | undefined;
  readonly text: string;
  readonly seeds: number;
  readonly killed: number;
  /** Seeds with which it survived. */
  readonly survived: readonly number[];
  /** The check that was first with most seeds. */
  readonly check?: string | undefined;
  /** Those who saw it at once with every seed. */
  readonly seenBy: readonly Witness[];
  /** Those who should have, by the fault's own word, and did not with some seed. */
  readonly missedBy: readonly Witness[];
  readonly stepsMedian: number;
  readonly stepsWorst: number;
  /** The length of its shrunk trace. */
  readonly shrunk?: number | undefined;
  readonly shrunkTrace?: { readonly procs: number; readonly commands: readonly Command[] } | undefined;
  readonly isCertified?: boolean | undefined;
  /** Whether counters against rescan alone see it, and whether a suite that reads after every step does. */
  readonly rescanAlone?: SideResult | undefined;
  readonly readsEachStep?: SideResult | undefined;
  /** The only figures that another run does not repeat. */
  readonly seconds: { readonly median: number; readonly worst: number };
}

/** One hunt in another way. */
export interface SideResult {
  readonly isKilled: boolean;
  readonly check?: string | undefined;
  readonly steps: number;
}

/** Steps of a hunt in another way than the suite's: those that survive take all of them. */
export const SIDE_BUDGET_STEPS = 500_000;

/** The tasks that fill the table. */
export function killTasks(
  faults: readonly FaultFile[],
  options: {
    readonly seed: number;
    readonly seeds: number;
    readonly checks?: readonly string[] | undefined;
    readonly budgetSteps: number;
    readonly isQuick: boolean;
  },
): readonly KillTask[] {
  const { seed, seeds: count, checks, budgetSteps, isQuick } = options;
  const seeds = Array.from({ length: count }, (_, i) => (seed + i) | 0);
  return faults.flatMap((fault): KillTask[] => {
    const suite: KillTask = { fault, way: 'suite', seeds, checks, budgetSteps, isShrunk: !isQuick };
    if (isQuick) return [suite];
    // What sees a fault at all sees it soon; one seed says whether.
    const side = {
      ...suite,
      seeds: seeds.slice(0, 1),
      budgetSteps: Math.min(budgetSteps, SIDE_BUDGET_STEPS),
      isShrunk: false,
    };
    return [suite, { ...side, way: 'rescan', checks: undefined }, { ...side, way: 'reads' }];
  });
}

export function killRows(faults: readonly FaultFile[], results: readonly KillResult[]): readonly KillRow[] {
  return faults.flatMap((fault) => {
    const of = (way: string) => results.find((result) => result.fault === fault.name && result.way === way);
    const suite = of('suite');
    return suite === undefined ? [] : [killRow(fault, suite, of('rescan'), of('reads'))];
  });
}

/** How it went over all faults. */
export function killSummary(rows: readonly KillRow[]): {
  readonly faults: number;
  readonly killedAlways: number;
  readonly stepsMedian: number;
  readonly unseenByRescan: number;
  readonly hiddenFromReads: number;
} {
  return {
    faults: rows.length,
    killedAlways: rows.filter(({ killed, seeds }) => killed === seeds).length,
    stepsMedian: median(rows.map(({ stepsMedian }) => stepsMedian)),
    unseenByRescan: rows.filter(({ rescanAlone }) => rescanAlone?.isKilled === false).length,
    hiddenFromReads: rows.filter(({ readsEachStep }) => readsEachStep?.isKilled === false).length,
  };
}

function killRow(
  fault: FaultFile,
  suite: KillResult,
  rescan: KillResult | undefined,
  reads: KillResult | undefined,
): KillRow {
  const { kills, shrunk } = suite;
  const killed = kills.filter(({ check }) => check !== undefined);
  const steps = killed.map((kill) => kill.steps);
  const seconds = kills.map((kill) => kill.seconds);
  const seenBy =
    killed.length === 0 ? [] : WITNESSES.filter((witness) => killed.every((each) => each.seenBy.includes(witness)));
  return {
    fault: fault.name,
    origin: fault.origin,
    kind: fault.kind,
    text: fault.text,
    seeds: kills.length,
    killed: killed.length,
    survived: kills.filter(({ check }) => check === undefined).map(({ seed }) => seed),
    check: mostFrequent(killed.map(({ check = '' }) => check)),
    seenBy,
    missedBy: killed.length === 0 ? [] : (fault.seenBy ?? []).filter((witness) => !seenBy.includes(witness)),
    stepsMedian: median(steps),
    stepsWorst: Math.max(0, ...steps),
    shrunk: shrunk?.trace.commands.length,
    shrunkTrace:
      shrunk === undefined ? undefined : { procs: shrunk.trace.shape.procs, commands: shrunk.trace.commands },
    isCertified: shrunk?.isCertified,
    rescanAlone: sideResult(rescan?.kills[0]),
    readsEachStep: sideResult(reads?.kills[0]),
    seconds: { median: median(seconds), worst: Math.max(0, ...seconds) },
  };
}

function sideResult(kill: Kill | undefined): SideResult | undefined {
  return kill && { isKilled: kill.check !== undefined, check: kill.check, steps: kill.steps };
}

/** The middle one, or the lower of the two. */
function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.toSorted((left, right) => left - right)[(values.length - 1) >> 1];
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([a, times], [b, timesB]) => timesB - times || (a < b ? -1 : 1))[0]?.[0];
}
