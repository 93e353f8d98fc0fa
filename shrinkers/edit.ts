/** Changes to traces that passes share. */
import { settled } from './applicable';
import type { Command } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';
import { isSmaller } from './order';
import type { Candidates } from './pass';

/** The trace without the commands that `isGone` says, and without what cannot apply then. */
export function without(trace: Trace, isGone: (index: number, command: Command) => boolean): Trace {
  return settled({ shape: trace.shape, commands: trace.commands.filter((command, i) => !isGone(i, command)) });
}

/** Proposes a deletion, if it deletes anything; returns the trace to go on with. */
export function* deletion(
  trace: Trace,
  isGone: (index: number, command: Command) => boolean,
): Generator<Trace, Trace, Trace | undefined> {
  const candidate = without(trace, isGone);
  return candidate.commands.length < trace.commands.length ? ((yield candidate) ?? trace) : trace;
}

/** The trace with another command in one place. */
export function withCommand(trace: Trace, index: number, command: Command): Trace {
  const commands = [...trace.commands];
  commands[index] = command;
  return { shape: trace.shape, commands };
}

/** Proposes the trace with every command changed, and then with one after the other. */
export function* allThenEach(trace: Trace, change: (command: Command) => Command): Candidates {
  const all = mapped(trace, change);
  if (isSmaller(all, trace)) trace = (yield all) ?? trace;
  for (let i = 0; i < trace.commands.length; i++) {
    const one = withCommand(trace, i, change(trace.commands[i]));
    if (isSmaller(one, trace)) trace = (yield one) ?? trace;
  }
}

/** The trace with every command changed. */
export function mapped(trace: Trace, change: (command: Command, index: number) => Command): Trace {
  return { shape: trace.shape, commands: trace.commands.map(change) };
}
