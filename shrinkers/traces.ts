/** The arbitrary of traces, which shrinks with the passes of this room. */
import type { DrawOptions } from '../properties/draw/drawOptions';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import { shrinkCandidates } from './shrinkCandidates';

/** Returns an arbitrary that draws traces within `options`, and shrinks within `options.ops`. */
export function traces(options: DrawOptions): TraceArbitrary {
  return new TraceArbitrary(options, (trace) => shrinkCandidates(trace, options.ops));
}
