/**
 * Tries every way to share fewer bytes among the tiny objects: whether one fits into the block depends on the sizes of
 * all before it, so no size may go down alone.
 *
 *     P0 tinyAlloc 9 B → o1; P0 tinyAlloc 6 B → o2
 *     P0 tinyAlloc 1 B → o1; P0 tinyAlloc 14 B → o2
 */
import { MAX_TINY_SIZE_BYTES } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The most candidates to try; a trace with more ways to share is left to lowerArguments. */
const MAX_CANDIDATES = 3000;

export function* redistributeTinySizes(trace: Trace): Candidates {
  const sizes = trace.commands.flatMap((command) => (command.op === 'tinyAlloc' ? [command.size] : []));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length < 2 || binomial(total, sizes.length) > MAX_CANDIDATES) return;
  for (let sum = sizes.length; sum <= total; sum++) {
    for (const shares of sharesOf(sum, sizes.length)) {
      const candidate = withSizes(trace, shares);
      if (!isSmaller(candidate, trace)) continue;
      if ((yield candidate) !== undefined) return;
    }
  }
}

/** Yields all ways to write `sum` as that many sizes of 1 to 15, in ascending order. */
function* sharesOf(sum: number, parts: number): Generator<readonly number[]> {
  if (parts === 1) {
    if (sum > 0 && sum < MAX_TINY_SIZE_BYTES) yield [sum];
    return;
  }
  for (let first = 1; first < Math.min(sum, MAX_TINY_SIZE_BYTES); first++) {
    for (const rest of sharesOf(sum - first, parts - 1)) yield [first, ...rest];
  }
}

function withSizes(trace: Trace, sizes: readonly number[]): Trace {
  let next = 0;
  return mapped(trace, (command): Command =>
    command.op === 'tinyAlloc' ? { ...command, size: sizes[next++] ?? command.size } : command,
  );
}

/** Returns roughly the number of ways to share up to `n` bytes among `k` objects: n over k. */
function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
