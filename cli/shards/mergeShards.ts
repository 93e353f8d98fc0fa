/** Merges the results of all shards of a search into the result of one call. A shard that is missing is no green. */
import { at } from '../../properties/at';
import { BadInputError } from '../../properties/input/badInput';
import type { CanaryResult } from '../output/canaryResult';
import type { RunResult } from '../output/report';
import type { Found, Other, SystemVerdict } from '../output/verdicts';
import { shardText } from './shard';
import type { ShardResult, TableRow } from './shardFile';

export interface Merged {
  readonly verb: ShardResult['verb'];
  readonly seed: number;
  readonly count: number;
  /** Numbers of the shards that left no result. */
  readonly missing: readonly number[];
  readonly run: RunResult | undefined;
  readonly rows: readonly TableRow[];
}

/** Merges results in any order. A shard may be there twice; of two tries the one that says the worse counts. */
export function mergeShards(results: readonly ShardResult[]): Merged {
  const [first] = results;
  if (first === undefined) throw new BadInputError('merge: no result of a shard in these folders');
  const stranger = results.find(({ search, shard }) => search !== first.search || shard.count !== first.shard.count);
  if (stranger !== undefined)
    throw new BadInputError(
      `merge: ${nameOf(first)} and ${nameOf(stranger)} are of different searches: their options or versions differ`,
    );
  const { count } = first.shard;
  const tries = new Map<number, ShardResult>();
  for (const result of results) {
    const { index } = result.shard;
    const other = tries.get(index);
    tries.set(index, other === undefined ? result : worse(other, result));
  }
  const shards = [...tries.values()].toSorted((a, b) => a.shard.index - b.shard.index);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !tries.has(index));
  return {
    verb: first.verb,
    seed: first.seed,
    count,
    missing,
    run: first.run === undefined ? undefined : mergeRuns(shards, missing),
    rows: shards.flatMap(({ rows = [] }) => rows).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function nameOf({ verb, shard }: ShardResult): string {
  return `${verb} ${shardText(shard)}`;
}

/** Returns the try with the worse outcome; of equals the one that did more, so that the order is no matter. */
function worse(one: ShardResult, other: ShardResult): ShardResult {
  const difference = badness(one) - badness(other) || effort(one) - effort(other);
  if (difference !== 0) return difference > 0 ? one : other;
  return JSON.stringify(one) < JSON.stringify(other) ? one : other;
}

const BADNESS = { skipped: 0, held: 1, interrupted: 2, 'nothing checked': 3, failed: 4 } as const;

function badness({ run, rows = [] }: ShardResult): number {
  if (run?.canary?.isCaught === false || rows.some(({ isGood }) => !isGood)) return BADNESS.failed;
  return Math.max(0, ...(run?.verdicts ?? []).map(({ outcome }) => BADNESS[outcome]));
}

function effort({ run, rows = [] }: ShardResult): number {
  return sum((run?.verdicts ?? []).map(({ steps }) => steps)) + rows.length;
}

function mergeRuns(shards: readonly ShardResult[], missing: readonly number[]): RunResult {
  const { seed, verb, shard } = at(shards, 0);
  const runs = shards.flatMap(({ run }) => (run === undefined ? [] : [run]));
  const systems = [...new Set(runs.flatMap(({ verdicts }) => verdicts.map(({ system }) => system)))];
  const verdicts = systems.map((system) => {
    const own = runs.flatMap((run) => run.verdicts.filter((verdict) => verdict.system === system));
    // Each shard of `run` searches every system; one that did not come so far was interrupted.
    return mergeVerdicts(own, verb === 'run' && own.length < runs.length);
  });
  const lost = missing.map((index) => missingVerdict(`shard ${index}/${shard.count}`, seed));
  return { seed, verdicts: [...verdicts, ...lost], canary: worstCanary(runs) };
}

function worstCanary(runs: readonly RunResult[]): CanaryResult | undefined {
  const all = runs.flatMap(({ canary }) => (canary === undefined ? [] : [canary]));
  return all.find(({ isCaught }) => !isCaught) ?? all[0];
}

/** Returns a verdict in the place of a shard, so that every output names it and none is green. */
function missingVerdict(system: string, seed: number): SystemVerdict {
  return {
    system,
    outcome: 'nothing checked',
    note: 'missing: it left no result; run it again',
    seed,
    traces: 0,
    steps: 0,
    seconds: 0,
    checks: [],
    checksNotRun: [],
    figuresNotCompared: [],
    limits: [],
    ops: [],
    states: [],
    repeat: '',
  };
}

/** Merges what several shards say about one system. They ran side by side, so the slowest gives the time. */
function mergeVerdicts(all: readonly SystemVerdict[], isIncomplete: boolean): SystemVerdict {
  const worst = all.reduce((a, b) => (BADNESS[b.outcome] > BADNESS[a.outcome] ? b : a));
  const skipped = all.filter(({ outcome }) => outcome === 'skipped').length;
  const failed = all.filter(({ found }) => found !== undefined);
  const ran = all.find(({ outcome }) => outcome !== 'skipped') ?? worst;
  const outcome = isIncomplete && BADNESS[worst.outcome] < BADNESS.interrupted ? 'interrupted' : worst.outcome;
  const later = all.flatMap((verdict) => verdict.later ?? []);
  return {
    ...ran,
    outcome,
    note: skipped > 0 && skipped < all.length ? `${skipped} of ${all.length} shards skipped it` : worst.note,
    seed: worst.seed,
    traces: sum(all.map(({ traces }) => traces)),
    steps: sum(all.map(({ steps }) => steps)),
    seconds: Math.max(...all.map(({ seconds }) => seconds)),
    figuresNotCompared: [...new Set(all.flatMap((verdict) => verdict.figuresNotCompared))],
    ops: sumRows(all.flatMap(({ ops }) => ops.map(({ op, applied }) => [op, applied] as const))).map(
      ([op, applied]) => ({ op, applied }),
    ),
    states: sumRows(all.flatMap(({ states }) => states.map(({ name, steps }) => [name, steps] as const))).map(
      ([name, steps]) => ({ name, steps }),
    ),
    found: mergeFound(failed.flatMap(({ found }) => found ?? [])),
    ...(later.length > 0 ? { later } : {}),
    repeat: (failed.length > 0 ? failed : all).map(({ repeat }) => repeat).join(' && '),
  };
}

/** Returns the smallest trace as the finding, and one other for each other signature, the smallest that shows it. */
function mergeFound(all: readonly Found[]): Found | undefined {
  const [first, ...rest] = all.toSorted(bySize);
  if (first === undefined) return undefined;
  const others = new Map<string, Other>();
  const candidates: readonly Other[] = [...rest, ...all.flatMap((found) => found.others)];
  for (const { trace, failure, file, unwritten } of candidates.toSorted(bySize)) {
    const { signature } = failure;
    if (signature !== first.failure.signature && !others.has(signature))
      others.set(signature, { trace, failure, file, unwritten });
  }
  return { ...first, others: [...others.values()] };
}

function bySize(a: Other, b: Other): number {
  return a.trace.commands.length - b.trace.commands.length || (a.file < b.file ? -1 : 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumRows(rows: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [name, value] of rows) sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums];
}
