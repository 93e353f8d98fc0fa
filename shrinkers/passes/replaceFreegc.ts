/** Leaves objects to the collection that freegc gave back, all of them first and then one after the other. */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { allThenEach } from '../edit';
import type { Candidates } from '../pass';

export function replaceFreegc(trace: Trace): Candidates {
  return allThenEach(trace, leftToCollect);
}

function leftToCollect(command: Command): Command {
  return command.op === 'freegc' ? { op: 'free', object: command.object } : command;
}
