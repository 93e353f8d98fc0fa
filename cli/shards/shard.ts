/** A shard: one of n calls that share a search, each on a machine of its own, without a server between them. */
import { InvalidArgumentError } from 'commander';
import { BadInputError } from '../../properties/input/badInput';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The most shards: together they use all 2^32 seeds. */
const MAX_SHARDS = 4096;

/** Distance between the seeds of two shards: more than the jobs and failures of one shard use. */
const SEED_STRIDE = 2 ** 20;

export const SHARD_HELP = 'run only part i of n of this search, such as 2/4; spancheck merge joins the results';

/** Parses `2/4`. */
export function shardValue(word: string): Shard {
  const [, index, count] = (/^(\d{1,4})\/(\d{1,4})$/.exec(word) ?? []).map(Number);
  if (index !== undefined && count !== undefined && index >= 1 && index <= count && count <= MAX_SHARDS)
    return { index, count };
  throw new InvalidArgumentError(`It must be a part of a whole such as 2/4, with at most ${MAX_SHARDS} parts.`);
}

/** Returns the shard as the command line names it. */
export function shardText({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** Returns the first seed of a shard. No other shard of the same whole draws from it or from the seeds after it. */
export function shardSeed(seed: number | undefined, shard: Shard): number {
  if (seed === undefined)
    throw new BadInputError(`--shard ${shardText(shard)}: add --seed, the same for all ${shard.count} shards`);
  return (seed + (shard.index - 1) * SEED_STRIDE) | 0;
}

/** Returns the items of a shard: every n-th, so each shard gets short and long ones. */
export function shardItems<T>(items: readonly T[], shard: Shard | undefined): readonly T[] {
  return shard === undefined ? items : items.filter((_, i) => i % shard.count === shard.index - 1);
}
