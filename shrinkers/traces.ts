/** The arbitrary of traces: what `properties/draw` draws, with the shrinking of this room. */
import type { DrawOptions } from '../properties/draw/drawOptions';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import { shrinkCandidates } from './shrinkCandidates';

/** Returns the arbitrary of the traces that a system can perform; what it shrinks to, the system can perform as well. */
export function traces(options: DrawOptions): TraceArbitrary {
  return new TraceArbitrary(options, (trace) => shrinkCandidates(trace, options));
}
