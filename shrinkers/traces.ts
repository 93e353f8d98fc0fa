/** The arbitrary of traces, with the shrinking of this room. */
import { TraceArbitrary } from '../properties/traceArbitrary';
import type { DrawOptions } from '../properties/traceDraw';
import { smaller } from './smaller';

export function traces(options: DrawOptions): TraceArbitrary {
  return new TraceArbitrary(options, smaller);
}
