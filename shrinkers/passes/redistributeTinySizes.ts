/**
 * Tries every way to share out fewer bytes among the tiny objects: whether one fits depends on the sizes of all that
 * went before, so that no size can be lowered alone.
 */
import { MAX_TINY_SIZE_BYTES } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** Candidates that are worth it; with more tiny objects than that allows, sizes go down one by one only. */
const MOST = 3000;

export function* redistributeTinySizes(trace: Trace): Candidates {
  const sizes = trace.commands.flatMap((command) => (command.op === 'tinyAlloc' ? [command.size] : []));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.length < 2 || binomial(total, sizes.length) > MOST) return;
  for (let sum = sizes.length; sum <= total; sum++) {
    for (const shares of sharesOf(sum, sizes.length)) {
      const candidate = withSizes(trace, shares);
      if (!isSmaller(candidate, trace)) continue;
      if ((yield candidate) !== undefined) return;
    }
  }
}

/** All ways to write a sum as that many sizes of 1 to 15, in order. */
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

/** About how many ways there are to share out up to `n` in `k` parts. */
function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways = (ways * (n - k + i)) / i;
  return ways;
}
