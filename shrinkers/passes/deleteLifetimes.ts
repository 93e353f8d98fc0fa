/**
 * Deletes lifetimes: a birth with every command that refers to it, or only those that refer to it, so that the object
 * stays alive.
 *
 *     P0 smallAlloc class 1 (8 B) → o1; free o1; P0 gcStart
 *     P0 gcStart
 */
import { bornBy, refersTo } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { deletion } from '../edit';
import type { Candidates } from '../pass';

export function* deleteLifetimes(trace: Trace): Candidates {
  const names = trace.commands.map(bornBy).filter((name) => name !== 0);
  for (const name of names.toReversed()) {
    trace = yield* deletion(trace, (_, command) => bornBy(command) === name);
    trace = yield* deletion(trace, (_, command) => refersTo(command) === name);
  }
}
