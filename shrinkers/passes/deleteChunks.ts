/**
 * Deletes runs of commands: halves first, then ever shorter runs down to single commands, from the end.
 *
 *     P0 gcStart; readMemStats; P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1
 *     P0 smallAlloc class 1 (8 B) → o1; P0 uncacheSpan class 1
 */
import type { Trace } from '../../properties/trace/trace';
import { deletion } from '../edit';
import type { Candidates } from '../pass';

export function* deleteChunks(trace: Trace): Candidates {
  for (let size = Math.max(1, trace.commands.length >> 1); size >= 1; size >>= 1) {
    for (let end = trace.commands.length; end > 0; end -= size) {
      // The trace may have been cut to before this run.
      end = Math.min(end, trace.commands.length);
      const start = end - size;
      trace = yield* deletion(trace, (i) => i >= start && i < end);
    }
  }
}
