/** Moves commands forward: of two orders that both fail the smaller one stays. */
import type { Trace } from '../../properties/trace/trace';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** Places that a command is moved by, at the most, in one candidate. */
const FARTHEST = 16;

export function* reorder(trace: Trace): Candidates {
  for (let from = 1; from < trace.commands.length; from++) {
    for (let to = Math.max(0, from - FARTHEST); to < from; to++) {
      if (from >= trace.commands.length) return;
      const candidate = movedTo(trace, from, to);
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}

function movedTo({ shape, commands }: Trace, from: number, to: number): Trace {
  const rest = commands.filter((_, i) => i !== from);
  return { shape, commands: [...rest.slice(0, to), commands[from], ...rest.slice(to)] };
}
