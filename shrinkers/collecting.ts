/** Leaves objects to the collection that freegc gave back, all of them first and then one after the other. */
import type { Command } from '../properties/command';
import type { Trace } from '../properties/trace';
import { mapped, withCommand } from './edit';
import { isSmaller } from './order';
import type { Candidates } from './pass';

export function* collecting(trace: Trace): Candidates {
  const without = mapped(trace, leftToCollect);
  if (isSmaller(without, trace)) trace = (yield without) ?? trace;
  for (let i = 0; i < trace.commands.length; i++) {
    const candidate = withCommand(trace, i, leftToCollect(trace.commands[i]));
    if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
  }
}

function leftToCollect(command: Command): Command {
  return command.op === 'freegc' ? { op: 'free', object: command.object } : command;
}
