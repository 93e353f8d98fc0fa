/** Puts a simpler command in the place of each: one for one. */
import { bornBy } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { alphabet, freshName } from '../alphabet';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** Commands of a trace of which each is replaced by all that is simpler; of a longer one, only the last. */
const SHORT = 16;

export function* replaceOneByOne(trace: Trace, ops: Parameters<typeof alphabet>[1]): Candidates {
  for (let i = trace.commands.length - 1; i >= 0; i--) {
    if (i >= trace.commands.length || (trace.commands.length > SHORT && i < trace.commands.length - 1)) continue;
    const name = bornBy(trace.commands[i]) || freshName(trace);
    for (const command of alphabet(trace, ops, name)) {
      const candidate = i < trace.commands.length ? withCommand(trace, i, command) : trace;
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}
