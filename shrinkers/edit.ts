/** Changes to traces that several passes share. */
import { at } from '../properties/at';
import { settled } from './applicable';
import type { Command } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { isSmaller } from './order';
import type { Candidates, PartOfPass } from './pass';

/** Returns the trace without the commands for which `isGone` is true, and without those that no longer apply. */
export function without(trace: Trace, isGone: (index: number, command: Command) => boolean): Trace {
  return settled({ shape: trace.shape, commands: trace.commands.filter((command, i) => !isGone(i, command)) });
}

/** Proposes a deletion if it deletes anything. */
export function* deletion(trace: Trace, isGone: (index: number, command: Command) => boolean): PartOfPass {
  const candidate = without(trace, isGone);
  return candidate.commands.length < trace.commands.length ? ((yield candidate) ?? trace) : trace;
}

/** Returns the trace with the command at `index` replaced. */
export function withCommand(trace: Trace, index: number, command: Command): Trace {
  const commands = [...trace.commands];
  commands[index] = command;
  return { shape: trace.shape, commands };
}

/** Proposes the trace with every command changed, then with one command changed after the other. */
export function* allThenEach(trace: Trace, change: (command: Command) => Command): Candidates {
  const all = mapped(trace, change);
  if (isSmaller(all, trace)) trace = (yield all) ?? trace;
  for (let i = 0; i < trace.commands.length; i++) {
    const one = withCommand(trace, i, change(at(trace.commands, i)));
    if (isSmaller(one, trace)) trace = (yield one) ?? trace;
  }
}

/** Returns the trace with every command changed. */
export function mapped(trace: Trace, change: (command: Command, index: number) => Command): Trace {
  return { shape: trace.shape, commands: trace.commands.map(change) };
}
