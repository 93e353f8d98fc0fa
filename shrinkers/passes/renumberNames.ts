/**
 * Renumbers names 1 to n in the order of birth. The trace means the same.
 *
 *     P0 smallAlloc class 1 (8 B) → o7; free o7
 *     P0 smallAlloc class 1 (8 B) → o1; free o1
 */
import { bornBy, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* renumberNames(trace: Trace): Candidates {
  const candidate = renumbered(trace);
  if (isSmaller(candidate, trace)) yield candidate;
}

function renumbered(trace: Trace): Trace {
  const names = new Map<number, number>();
  for (const command of trace.commands) if (bornBy(command) !== 0) names.set(bornBy(command), names.size + 1);
  const renumber = (name: number): number => names.get(name) ?? name;
  return mapped(trace, (command): Command => {
    if ('name' in command) return { ...command, name: renumber(command.name) };
    if ('object' in command) return { ...command, object: renumber(command.object) };
    return 'stack' in command ? { ...command, stack: renumber(command.stack) } : command;
  });
}
