/** Renames what is born 1 to n in the order of birth. */
import { bornBy, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* renumberNames(trace: Trace): Candidates {
  const candidate = named(trace);
  if (isSmaller(candidate, trace)) yield candidate;
}

/** The trace with canonical names; it means the same. */
export function named(trace: Trace): Trace {
  const names = new Map<number, number>();
  for (const command of trace.commands) if (bornBy(command) !== 0) names.set(bornBy(command), names.size + 1);
  const to = (name: number): number => names.get(name) ?? name;
  return mapped(trace, (command): Command => {
    if ('name' in command) return { ...command, name: to(command.name) };
    if ('object' in command) return { ...command, object: to(command.object) };
    return 'stack' in command ? { ...command, stack: to(command.stack) } : command;
  });
}
