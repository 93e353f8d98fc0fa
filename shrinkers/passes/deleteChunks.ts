/** Deletes runs of commands: halves first, then ever shorter ones down to single commands, from the end. */
import type { Trace } from '../../properties/trace/trace';
import { deletion } from '../edit';
import type { Candidates } from '../pass';

export function* deleteChunks(trace: Trace): Candidates {
  for (let size = Math.max(1, trace.commands.length >> 1); size >= 1; size >>= 1) {
    for (let end = trace.commands.length; end > 0; end -= size) {
      // A trace that was cut is shorter than the place where the last run ended.
      end = Math.min(end, trace.commands.length);
      const start = end - size;
      trace = yield* deletion(trace, (i) => i >= start && i < end);
    }
  }
}
