/**
 * Moves a command forward where that makes the trace smaller.
 *
 *     P0 gcStart; P0 smallAlloc class 1 (8 B) → o1; readMemStats
 *     P0 smallAlloc class 1 (8 B) → o1; P0 gcStart; readMemStats
 */
import { at } from '../../properties/at';
import type { Trace } from '../../properties/trace/trace';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The most places that one candidate moves a command. */
const MAX_DISTANCE = 16;

export function* reorder(trace: Trace): Candidates {
  for (let from = 1; from < trace.commands.length; from++) {
    for (let to = Math.max(0, from - MAX_DISTANCE); to < from; to++) {
      if (from >= trace.commands.length) return;
      const candidate = movedTo(trace, from, to);
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}

function movedTo({ shape, commands }: Trace, from: number, to: number): Trace {
  const rest = commands.filter((_, i) => i !== from);
  return { shape, commands: [...rest.slice(0, to), at(commands, from), ...rest.slice(to)] };
}
