/** Lowers arguments one by one: to the least and to edges first, then by bisection. */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { boundaryArguments, leastArgument } from '../argumentBounds';
import { withCommand } from '../edit';
import { FIELDS, argumentOf, type Field } from '../order';
import type { Candidates } from '../pass';

export function* lowerArguments(trace: Trace): Candidates {
  for (let i = 0; i < trace.commands.length; i++) {
    for (const field of FIELDS) {
      if (i < trace.commands.length && field in trace.commands[i]) trace = yield* lowered(trace, i, field);
    }
  }
}

/** One argument of one command; the trace that it ends with. */
function* lowered(trace: Trace, at: number, field: Field): Generator<Trace, Trace, Trace | undefined> {
  let highest = argumentOf(trace.commands[at], field);
  let lowest = leastArgument(trace.commands[at], field) - 1;
  for (const edge of firstValues(trace.commands[at], field)) {
    if (edge <= lowest || edge >= highest) continue;
    const taken = yield withValue(trace, at, field, edge);
    if (taken === undefined) lowest = edge;
    else [trace, highest] = [taken, edge];
    if (at >= trace.commands.length || taken !== undefined) break;
  }
  while (at < trace.commands.length && highest - lowest > 1) {
    const middle = Math.floor((lowest + highest) / 2);
    const taken = yield withValue(trace, at, field, middle);
    if (taken === undefined) lowest = middle;
    else [trace, highest] = [taken, middle];
  }
  return trace;
}

function withValue(trace: Trace, at: number, field: Field, value: number): Trace {
  return withCommand(trace, at, { ...trace.commands[at], [field]: value });
}

/** Returns the values to try before the bisection: the least one, then the boundary values. */
function firstValues(command: Command, field: Field): readonly number[] {
  return [leastArgument(command, field), ...boundaryArguments(command, field)];
}
