/**
 * Deletes any two commands of a short trace, and any three of a shorter one: commands that only go together.
 *
 *     P0 gcStart; P0 gcStart; P1 gcStart; readMemStats
 *     P0 gcStart; readMemStats
 */
import type { Trace } from '../../properties/trace/trace';
import { deletion } from '../edit';
import type { Candidates } from '../pass';

/** The most commands of a trace in which all pairs are tried. */
const SHORT = 24;
/** The most commands of a trace in which all triples are tried. */
const SHORTER = 10;

export function* deleteCombinations(trace: Trace): Candidates {
  for (let k = trace.commands.length - 1; k > 0; k--) {
    if (trace.commands.length > SHORT) return;
    for (let j = Math.min(k, trace.commands.length) - 1; j >= 0; j--) {
      trace = yield* deletion(trace, (at) => at === k || at === j);
      if (trace.commands.length > SHORTER) continue;
      for (let i = j - 1; i >= 0; i--) trace = yield* deletion(trace, (at) => at === k || at === j || at === i);
    }
  }
}
