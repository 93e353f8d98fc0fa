/** Puts one command in the place of any two of a short trace. */
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { alphabet, freshName } from '../alphabet';
import type { Candidates } from '../pass';

/** Commands of the longest trace on which it is tried: the candidates grow with their cube. */
const SHORT = 7;

export function* replaceTwoByOne(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  for (let j = trace.commands.length - 1; j > 0; j--) {
    for (let i = j - 1; i >= 0; i--) {
      if (trace.commands.length > SHORT || j >= trace.commands.length) continue;
      trace = yield* replaced(trace, i, j, ops);
    }
  }
}

/** One command for those at `i` and `j`, at every place; ends with the first that is taken. */
function* replaced(
  trace: Trace,
  i: number,
  j: number,
  ops: ReadonlySet<Op>,
): Generator<Trace, Trace, Trace | undefined> {
  const rest = trace.commands.filter((_, at) => at !== i && at !== j);
  const name = bornBy(trace.commands[i]) || bornBy(trace.commands[j]) || freshName(trace);
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
