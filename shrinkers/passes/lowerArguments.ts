/**
 * Lowers one argument of one command: to the least value and the boundary values first, then by bisection.
 *
 *     P0 smallAlloc class 9 (128 B) × 40 → o1
 *     P0 smallAlloc class 1 (8 B) × 2 → o1
 */
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { boundaryArguments, leastArgument } from '../argumentBounds';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, type Field } from '../order';
import type { Candidates, PartOfPass } from '../pass';

export function* lowerArguments(trace: Trace): Candidates {
  for (let i = 0; i < trace.commands.length; i++) {
    for (const field of FIELDS) {
      const command = trace.commands[i];
      if (command !== undefined && field in command) trace = yield* lowered(trace, i, field);
    }
  }
}

/** Lowers one argument of the command at `index`. */
function* lowered(trace: Trace, index: number, field: Field): PartOfPass {
  const command = at(trace.commands, index);
  let highest = argumentOf(command, field);
  let lowest = leastArgument(command, field) - 1;
  for (const value of firstValues(command, field)) {
    if (value <= lowest || value >= highest) continue;
    const taken = yield withValue(trace, index, field, value);
    if (taken === undefined) lowest = value;
    else [trace, highest] = [taken, value];
    if (taken !== undefined) break;
  }
  while (index < trace.commands.length && highest - lowest > 1) {
    const middle = Math.floor((lowest + highest) / 2);
    const taken = yield withValue(trace, index, field, middle);
    if (taken === undefined) lowest = middle;
    else [trace, highest] = [taken, middle];
  }
  return trace;
}

function withValue(trace: Trace, index: number, field: Field, value: number): Trace {
  return withCommand(trace, index, { ...at(trace.commands, index), [field]: value });
}

/** Returns the values to try before the bisection: the least one, then the boundary values. */
function firstValues(command: Command, field: Field): readonly number[] {
  return [leastArgument(command, field), ...boundaryArguments(command, field)];
}
