/** The arbitrary of traces, with the shrinking of this room. */
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import { shrinkCandidates } from './shrinkCandidates';
import type { DrawOptions } from '../properties/draw/drawOptions';

export function traces(options: DrawOptions): TraceArbitrary {
  return new TraceArbitrary(options, shrinkCandidates);
}
