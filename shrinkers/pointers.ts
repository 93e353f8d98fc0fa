/** Takes the pointers out of objects, of all of them first and then of one after the other. */
import type { Command } from '../properties/command';
import type { Trace } from '../properties/trace';
import { mapped, withCommand } from './edit';
import { isSmaller } from './order';
import type { Candidates } from './pass';

export function* pointers(trace: Trace): Candidates {
  const without = mapped(trace, withoutPointers);
  if (isSmaller(without, trace)) trace = (yield without) ?? trace;
  for (let i = 0; i < trace.commands.length; i++) {
    const candidate = withCommand(trace, i, withoutPointers(trace.commands[i]));
    if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
  }
}

function withoutPointers(command: Command): Command {
  if (command.op !== 'smallAlloc' || command.pointers === undefined) return command;
  const { op, p, class: sizeclass, count, name } = command;
  return { op, p, class: sizeclass, count, name };
}
