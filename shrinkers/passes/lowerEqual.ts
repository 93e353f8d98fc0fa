/**
 * Lowers equal arguments together: to the least value, by half and by one. Two counts that must stay equal only go down
 * as one.
 *
 *     allocStack 4 pages → s1; allocStack 4 pages → s2
 *     allocStack 1 pages → s1; allocStack 1 pages → s2
 */
import { GROW_MULTIPLE_PAGES } from '../../model/mheap';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { leastArgument } from '../argumentBounds';
import { argumentOf, isSmaller, type Field } from '../order';
import type { Candidates } from '../pass';

export function* lowerEqual(trace: Trace): Candidates {
  for (const field of ['count', 'class', 'size', 'pages'] as const) {
    for (const value of repeated(trace, field)) {
      // The heap grows in multiples of GROW_MULTIPLE_PAGES; one multiple less may leave the same room behind stacks.
      for (const lower of [1, value >> 1, ...(field === 'pages' ? [value - GROW_MULTIPLE_PAGES] : []), value - 1]) {
        const lowered = (command: Command): Command => ({
          ...command,
          [field]: Math.max(lower, leastArgument(command, field)),
        });
        const candidate = mapped(trace, (command) =>
          argumentOf(command, field) === value ? lowered(command) : command,
        );
        if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
      }
    }
  }
}

/** Returns the values above 1 that more than one command has. */
function repeated({ commands }: Trace, field: Field): ReadonlySet<number> {
  const values = commands.map((command) => argumentOf(command, field));
  return new Set(values.filter((value, i) => value > 1 && values.indexOf(value) !== i));
}
