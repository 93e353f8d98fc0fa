/**
 * spancheck as a library: the property as one call (`verify`), the systems it can be pointed at, and the parts for
 * people who live in fast-check's API.
 *
 * @packageDocumentation
 */
export { verify, TraceFailure, type VerifyOptions } from './verify';
export { modelSystem } from './systems/model';
export { inProcessSystem, type InProcessAllocator } from './systems/inProcess';
export { execSystem, type ExecOptions } from './systems/exec/execSystem';
export type { Figures } from './systems/figures';
export { CHECKS, type Check } from './properties/checks/checks';
export type { Command, Op } from './properties/trace/command';
export { formatDrift, type Drift } from './properties/drift';
export { plantModel } from './faults/plantModel';
export type { Failure } from './properties/failure';
export { AsyncJudge, judgeOf, SyncJudge, type Judge, type JudgeOptions, type Verdict } from './properties/judge';
export type {
  AsyncSystem,
  Death,
  Observation,
  Observe,
  SyncSystem,
  System,
  SystemTraits,
  Twin,
} from './properties/system';
export type { Shape, Trace } from './properties/trace/trace';
export { parseTraceFile, formatTraceFile, type TraceFile } from './properties/trace/traceFile';
export { asyncTrial, syncTrial, trialOn, type AsyncTrial, type SyncTrial, type Trial } from './shrinkers/trial';
export { shrink, type Shrunk, type ShrinkOptions } from './shrinkers/shrink';
export { traces } from './shrinkers/traces';
