/** The kill table: one row for each fault, from the results of the searches for it. */
import type { Command } from '../../properties/trace/command';
import { WITNESSES, type FaultFile, type Witness } from '../faultFile';
import type { Kill, KillResult, KillTask } from './kill';
import { at } from '../../properties/at';

export interface KillRow {
  readonly fault: string;
  readonly origin: string;
  readonly kind?: string | undefined;
  readonly text: string;
  readonly seeds: number;
  readonly killed: number;
  /** The seeds that did not find it. */
  readonly survived: readonly number[];
  /** The check that failed first with most seeds. */
  readonly check?: string | undefined;
  /** The witnesses that saw it at once with every seed. */
  readonly seenBy: readonly Witness[];
  /** The witnesses that its file names and that missed it with some seed. */
  readonly missedBy: readonly Witness[];
  readonly stepsMedian: number;
  readonly stepsWorst: number;
  /** Commands of its shrunk trace. */
  readonly shrunk?: number | undefined;
  readonly shrunkTrace?: { readonly procs: number; readonly commands: readonly Command[] } | undefined;
  readonly isCertified?: boolean | undefined;
  /** The results of the two narrower suites: counters against rescan alone, and one that reads after every step. */
  readonly rescanAlone?: SideResult | undefined;
  readonly readsEachStep?: SideResult | undefined;
  /** Times; the only figures that differ from run to run. */
  readonly seconds: { readonly median: number; readonly worst: number };
}

/** The search by a narrower suite. */
export interface SideResult {
  readonly isKilled: boolean;
  readonly check?: string | undefined;
  readonly steps: number;
}

/** The step budget of a narrower suite. A fault that survives uses all of it. */
export const SIDE_BUDGET_STEPS = 500_000;

/** Returns the tasks whose results fill the table. */
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
    // A narrower suite that sees a fault at all sees it soon, so one seed is enough.
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

/** Sums up all rows. */
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

/** Returns the median; of two middle values, the lower. */
function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return at(
    values.toSorted((left, right) => left - right),
    (values.length - 1) >> 1,
  );
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([a, times], [b, timesB]) => timesB - times || (a < b ? -1 : 1))[0]?.[0];
}
