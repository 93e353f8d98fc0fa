/**
 * Replaces each command by a simpler one of the alphabet.
 *
 *     P0 gcStart; P0 smallAlloc class 1 (8 B) → o1
 *     P0 gcStart; P0 cacheSpan class 1
 */
import { at } from '../../properties/at';
import { bornBy, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { alphabet, freshName } from '../alphabet';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The most commands of a trace in which each command is replaced; in a longer one, only the last is. */
const SHORT = 16;

export function* replaceOneByOne(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  for (let i = trace.commands.length - 1; i >= 0; i--) {
    if (i >= trace.commands.length || (trace.commands.length > SHORT && i < trace.commands.length - 1)) continue;
    const name = bornBy(at(trace.commands, i)) || freshName(trace);
    for (const command of alphabet(trace, ops, name)) {
      const candidate = i < trace.commands.length ? withCommand(trace, i, command) : trace;
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}
