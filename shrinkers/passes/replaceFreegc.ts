/**
 * Replaces freegc by free, which leaves the object to the next collection: everywhere first, then in one command after
 * the other.
 *
 *     P0 smallAlloc class 5 (64 B) → o1; P0 freegc o1; P0 gcStart
 *     P0 smallAlloc class 5 (64 B) → o1; free o1; P0 gcStart
 */
import type { Command, Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { allThenEach } from '../edit';
import type { Candidates } from '../pass';

export function* replaceFreegc(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  if (ops.has('free')) yield* allThenEach(trace, withoutFreegc);
}

function withoutFreegc(command: Command): Command {
  return command.op === 'freegc' ? { op: 'free', object: command.object } : command;
}
