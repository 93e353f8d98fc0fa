/**
 * Removes the pointers from objects: from all objects first, then from one after the other.
 *
 *     P0 smallAlloc class 5 (64 B) with pointers → o1
 *     P0 smallAlloc class 5 (64 B) → o1
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { allThenEach } from '../edit';
import type { Candidates } from '../pass';

export function removePointers(trace: Trace): Candidates {
  return allThenEach(trace, withoutPointers);
}

function withoutPointers(command: Command): Command {
  if (command.op !== 'smallAlloc' || command.pointers === undefined) return command;
  const { op, p, class: sizeclass, count, name } = command;
  return { op, p, class: sizeclass, count, name };
}
