/**
 * spancheck as a library: the property as one call (`verify`), the systems it can be pointed at, and the parts for
 * people who live in fast-check's API.
 *
 * @packageDocumentation
 */
export { verify, TraceFailure, type VerifyOptions } from './verify';
export { modelSystem } from './systems/model';
export { inProcessSystem, type InProcessAllocator } from './systems/inProcess';
export { execSystem, type ExecOptions } from './systems/exec';
export type { Figures } from './systems/figures';
export { CHECKS, type Check } from './properties/checks';
export type { Command, Op } from './properties/command';
export { formatDrift, type Drift } from './properties/drift';
export { plantModel } from './faults/plantModel';
export type { Failure } from './properties/failure';
export { Judge, type JudgeOptions, type Verdict } from './properties/judge';
export type { Death, Observation, Observe, System, Twin } from './properties/system';
export type { Shape, Trace } from './properties/trace';
export { parseTraceFile, formatTraceFile, type TraceFile } from './properties/traceFile';
export { shrink, type Shrunk, type ShrinkOptions } from './shrinkers/shrink';
export { traces } from './shrinkers/traces';
