/** Lowers arguments one by one: to the least and to edges first, then by bisection. */
import type { Command } from '../../properties/trace/command';
import {
  BOUNDARY_CLASSES,
  BOUNDARY_LARGE_BYTES,
  BOUNDARY_TINY_BYTES,
  boundaryCounts,
} from '../../properties/draw/boundaryValues';
import { MAX_SMALL_SIZE_BYTES } from '../../model/sizeclasses';
import type { Trace } from '../../properties/trace/trace';
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
  let lowest = leastOf(trace.commands[at], field) - 1;
  for (const edge of edgesOf(trace.commands[at], field)) {
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

/** The least that an argument may be. */
export function leastOf(command: Command, field: Field): number {
  if (field === 'p') return 0;
  if (field === 'size') return command.op === 'largeAlloc' ? MAX_SMALL_SIZE_BYTES + 1 : 0;
  return 1;
}

/** Values to try before the bisection, the lowest first. */
function edgesOf(command: Command, field: Field): readonly number[] {
  const least = leastOf(command, field);
  if (field === 'class') return [least, ...BOUNDARY_CLASSES];
  if (field === 'count' && 'class' in command) return [least, ...boundaryCounts(command.class)];
  if (field === 'size') return [least, ...(command.op === 'largeAlloc' ? BOUNDARY_LARGE_BYTES : BOUNDARY_TINY_BYTES)];
  return [least];
}
