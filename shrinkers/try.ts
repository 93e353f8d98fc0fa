import type { Failure } from '../properties/failure';
import type { Trace } from '../properties/trace';

/** Runs a trace of which every command applies; the failure that it ends in, if it does. */
export type Try = (trace: Trace) => Failure | undefined | Promise<Failure | undefined>;
