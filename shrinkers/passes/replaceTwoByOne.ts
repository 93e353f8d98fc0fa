/**
 * Replaces any two commands of a short trace by one command of the alphabet, at any place.
 *
 *     P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1; P0 gcStart
 *     P0 smallAlloc class 1 (8 B) → o1; P0 gcStart
 */
import { at } from '../../properties/at';
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { alphabet, freshName } from '../alphabet';
import type { Candidates, PartOfPass } from '../pass';

/** The most commands of a trace that the pass tries: the candidates grow with their cube. */
const SHORT = 7;

export function* replaceTwoByOne(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  for (let j = trace.commands.length - 1; j > 0; j--) {
    for (let i = j - 1; i >= 0; i--) {
      if (trace.commands.length > SHORT || j >= trace.commands.length) continue;
      trace = yield* replaced(trace, i, j, ops);
    }
  }
}

/** Proposes one command for those at `i` and `j`, at every place, until one candidate is taken. */
function* replaced(trace: Trace, i: number, j: number, ops: ReadonlySet<Op>): PartOfPass {
  const rest = trace.commands.filter((_, place) => place !== i && place !== j);
  const name = bornBy(at(trace.commands, i)) || bornBy(at(trace.commands, j)) || freshName(trace);
  for (const command of alphabet(trace, ops, name)) {
    for (let place = rest.length; place >= 0; place--) {
      const taken = yield { shape: trace.shape, commands: inserted(rest, place, command) };
      if (taken !== undefined) return taken;
    }
  }
  return trace;
}

function inserted(commands: readonly Command[], place: number, command: Command): readonly Command[] {
  return [...commands.slice(0, place), command, ...commands.slice(place)];
}
