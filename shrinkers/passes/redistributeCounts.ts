/**
 * Redistributes the counts of two allocations of one class: the first gives the second all but one object, or one.
 *
 *     P0 smallAlloc class 1 (8 B) × 3 → o1; P0 smallAlloc class 1 (8 B) → o2
 *     P0 smallAlloc class 1 (8 B) → o1; P0 smallAlloc class 1 (8 B) × 3 → o2
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* redistributeCounts(trace: Trace): Candidates {
  for (let i = 0; i < trace.commands.length; i++) {
    for (let j = 0; j < trace.commands.length; j++) {
      for (const share of [(from: number) => from - 1, () => 1]) {
        const candidate = withCountMoved(trace, i, j, share);
        if (candidate !== undefined && isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
      }
    }
  }
}

/** Returns the trace with a share of the count at `i` moved to the one at `j`, or undefined if there is none to move. */
function withCountMoved(trace: Trace, i: number, j: number, share: (from: number) => number): Trace | undefined {
  const from: Command | undefined = trace.commands[i];
  const to: Command | undefined = trace.commands[j];
  if (i === j || from?.op !== 'smallAlloc' || to?.op !== 'smallAlloc' || from.class !== to.class || from.count < 2)
    return undefined;
  const moved = share(from.count);
  return withCommand(withCommand(trace, i, { ...from, count: from.count - moved }), j, {
    ...to,
    count: to.count + moved,
  });
}
