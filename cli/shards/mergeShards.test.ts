import { describe, expect, it } from 'vitest';
import type { SystemVerdict } from '../output/verdicts';
import { mergeShards } from './mergeShards';
import { shardItems, shardSeed, shardValue } from './shard';
import { parseShard, type ShardResult } from './shardFile';

const verdict = (steps: number, outcome: SystemVerdict['outcome'] = 'held'): SystemVerdict => ({
  system: 'model',
  outcome,
  seed: 7,
  traces: 1,
  steps,
  seconds: 1,
  checks: ['rescan'],
  checksNotRun: [],
  figuresNotCompared: ['Frees'],
  limits: [],
  ops: [{ op: 'gc', applied: 1 }],
  states: [{ name: 'full', steps: 2 }],
  repeat: 'npx spancheck run',
});

const shard = (index: number, count: number, ...verdicts: readonly SystemVerdict[]): ShardResult => ({
  verb: 'run',
  shard: { index, count },
  search: '0123456789abcdef',
  seed: 7,
  run: { seed: 7, verdicts, canary: undefined },
});

describe('a shard', () => {
  it('shares every item exactly once', () => {
    const items = Array.from({ length: 10 }, (_, i) => i);
    const shared = [1, 2, 3].flatMap((index) => shardItems(items, { index, count: 3 }));
    expect(shared.toSorted((a, b) => a - b)).toEqual(items);
  });

  it('has seeds that no other shard reaches', () => {
    const seeds = Array.from({ length: 4096 }, (_, i) => shardSeed(-5, { index: i + 1, count: 4096 }));
    const sorted = seeds.toSorted((a, b) => a - b);
    // Each job uses at most 1000 seeds, and there are at most 256 jobs.
    expect(sorted.every((seed, i) => i === 0 || seed - (sorted[i - 1] ?? 0) > 256_000 + 1000)).toBe(true);
  });

  it('needs a seed that all shards share', () => {
    expect(() => shardSeed(undefined, { index: 2, count: 4 })).toThrow('--shard 2/4: add --seed');
  });

  it.each(['0/2', '3/2', '1', '1/5000', '1/2/3', ''])('is not %j', (word) => {
    expect(() => shardValue(word)).toThrow('part of a whole');
  });
});

describe('merging shards', () => {
  it('adds up what they did, in any order, once each', () => {
    const [one, two] = [shard(1, 2, verdict(10)), shard(2, 2, verdict(5))];
    const merged = mergeShards([one, two]);
    expect(merged.run?.verdicts).toMatchObject([
      { outcome: 'held', steps: 15, traces: 2, ops: [{ op: 'gc', applied: 2 }], states: [{ name: 'full', steps: 4 }] },
    ]);
    expect(mergeShards([two, one, two, one])).toEqual(merged);
  });

  it('names a missing shard and is no green', () => {
    const merged = mergeShards([shard(1, 3, verdict(10)), shard(3, 3, verdict(5))]);
    expect(merged.missing).toEqual([2]);
    expect(merged.run?.verdicts).toMatchObject([
      { outcome: 'held' },
      { system: 'shard 2/3', outcome: 'nothing checked' },
    ]);
  });

  it('counts the worse of two tries, in either order', () => {
    const tries = [shard(1, 1, verdict(10, 'failed')), shard(1, 1, verdict(20))];
    expect(mergeShards(tries).run?.verdicts).toMatchObject([{ outcome: 'failed' }]);
    expect(mergeShards(tries.toReversed())).toEqual(mergeShards(tries));
  });

  it('is interrupted if a shard did not come to a system', () => {
    expect(mergeShards([shard(1, 2, verdict(10)), shard(2, 2)]).run?.verdicts).toMatchObject([
      { outcome: 'interrupted' },
    ]);
  });

  it('refuses shards of two searches', () => {
    const other = { ...shard(2, 2, verdict(5)), search: 'ffffffffffffffff' };
    expect(() => mergeShards([shard(1, 2, verdict(10)), other])).toThrow('different searches');
  });
});

describe('the file of a shard', () => {
  const text = (change: object = {}) =>
    JSON.stringify({ spancheck: 'shard', version: 1, ...shard(1, 2, verdict(10)), ...change });

  it('is read as it was written', () => {
    expect(parseShard(text(), 'a.json')).toEqual(JSON.parse(JSON.stringify(shard(1, 2, verdict(10)))));
  });

  it.each([
    ['a count below the index', { shard: { index: 3, count: 2 } }],
    ['no result', { run: undefined }],
    ['both results', { rows: [] }],
    ['an unknown key', { more: 1 }],
    ['an outcome that there is not', { run: { seed: 7, verdicts: [{ ...verdict(1), outcome: 'green' }] } }],
    ['a negative count', { run: { seed: 7, verdicts: [verdict(-1)] } }],
  ])('is refused with %s, in one line that names the file', (_, change) => {
    expect(() => parseShard(text(change), 'a.json')).toThrow(/^a\.json: [^\n]+$/);
  });
});
