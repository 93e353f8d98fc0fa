/**
 * Deletes lifetimes: a birth with all that names it, then all that names it but the birth, so that what was freed
 * stays.
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
