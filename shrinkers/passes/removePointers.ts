/** Takes the pointers out of objects, of all of them first and then of one after the other. */
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
