/** The values worth trying for an argument of a command: the least one that is valid, and the boundary values. */
import { MAX_SMALL_SIZE_BYTES } from '../model/sizeclasses';
import {
  BOUNDARY_CLASSES,
  BOUNDARY_LARGE_BYTES,
  BOUNDARY_TINY_BYTES,
  boundaryCounts,
} from '../properties/draw/boundaryValues';
import type { Command } from '../properties/trace/command';
import type { Field } from './order';

/** Returns the least valid value of an argument. */
export function leastArgument(command: Command, field: Field): number {
  if (field === 'p') return 0;
  if (field === 'size') return command.op === 'largeAlloc' ? MAX_SMALL_SIZE_BYTES + 1 : 0;
  return 1;
}

/** Returns the boundary values of an argument, whether or not they are below the value it has now. */
export function boundaryArguments(command: Command, field: Field): readonly number[] {
  if (field === 'class') return BOUNDARY_CLASSES;
  if (field === 'count' && 'class' in command) return boundaryCounts(command.class);
  if (field === 'size') return command.op === 'largeAlloc' ? BOUNDARY_LARGE_BYTES : BOUNDARY_TINY_BYTES;
  return [];
}
