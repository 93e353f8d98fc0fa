/**
 * spancheck as a library.
 *
 * {@link verify} is the property as one call. A {@link System} is what it is pointed at: {@link modelSystem},
 * {@link inProcessSystem}, {@link execSystem}, {@link goSystem}, or an object of your own. {@link traces} and
 * {@link fastCheckCommands} are the same traces and commands for people who live in fast-check's API. {@link shrink},
 * {@link explain} and {@link EXPORTS} take a failing trace from there.
 *
 * @packageDocumentation
 */

// The property as one call.
export { verify, TraceFailure, type VerifyResult } from './verify';
export type { VerifyOptions } from './verifyOptions';
export type { SuiteProgress } from './properties/suite';

// Systems.
export type {
  AsyncSystem,
  Death,
  Limit,
  Observation,
  Observe,
  Predicted,
  Shown,
  SteppedSystem,
  SyncSystem,
  System,
  SystemTraits,
  Twin,
} from './properties/system';
export { modelSystem } from './systems/model';
export { inProcessSystem, type InProcessAllocator } from './systems/inProcess';
export type { Figures } from './systems/figures';
export { execSystem, type ExecOptions } from './systems/exec/execSystem';
export { goSystem, type GoOptions, type GoSystem } from './systems/go/goSystem';
export { findGo, type Toolchain, type ToolchainOptions } from './systems/go/toolchain';
export type { PlacedEdit, SourceOptions } from './systems/go/source';
export type { BuildOptions } from './systems/go/build';
export type { CacheOptions } from './systems/go/cache';
export type { KnownBug } from './systems/go/releases';

// What a system shows.
export { MEMSTATS_TOTALS, newMemStats, type MemStats, type MemStatsTotal } from './model/memstats';
export { newRescan, type Rescan } from './model/mstats';
export {
  CACHED,
  COLLECTED,
  EVENT_STRIDE,
  NONE_FREE,
  PLACED,
  REUSED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  newEvents,
  type Events,
} from './model/events';
export type { Heap } from './model/mheap';
export type { Allocator } from './model/allocator';

// Commands and traces.
export {
  COMMON_OPS,
  OPS,
  type AllocStack,
  type CacheSpan,
  type Command,
  type Free,
  type FreeStack,
  type Freegc,
  type GcStart,
  type LargeAlloc,
  type Op,
  type ReadMemStats,
  type SetProcs,
  type SmallAlloc,
  type SweepSpan,
  type TinyAlloc,
  type UncacheSpan,
} from './properties/trace/command';
export { commandText } from './properties/trace/commandText';
export type { Shape, Trace } from './properties/trace/trace';
export {
  formatTraceFile,
  parseTraceFile,
  type RecordedFailure,
  type RecordedRuntime,
  type ReplacedFile,
  type TraceFile,
} from './properties/trace/traceFile';
export type { PlantedFault } from './properties/trace/faultSchema';

// Drawing traces, and fast-check's own command API.
export { traces, type TracesOptions } from './shrinkers/traces';
export { drawOptions, type DrawOptions } from './properties/draw/drawOptions';
export { drawProbabilities } from './properties/draw/drawProbabilities';
export { TraceArbitrary, type ShrinkCandidates } from './properties/draw/traceArbitrary';
export { fastCheckCommands, JudgedSystem } from './properties/fastCheckCommands';

// Checks and verdicts.
export { CHECKS, isVisible, type Check } from './properties/checks/checks';
export type { CheckContext } from './properties/checks/checkContext';
export {
  AsyncJudge,
  judgeOf,
  SyncJudge,
  Judge,
  type Failed,
  type Held,
  type JudgeOptions,
  type Unchecked,
  type Verdict,
} from './properties/judge';
export { Coverage } from './properties/coverage';
export { outcomeOf, type CheckNotRun, type CheckRun, type Evaluation, type Outcome } from './properties/evaluation';
export {
  ALL_FIELDS,
  publishedFields,
  type PublishedField,
  type PublishedFields,
  type SeenFields,
} from './properties/publishedFields';
export { formatDrift, type Drift } from './properties/drift';
export type { FailingTrace, Failure, Finding } from './properties/failure';

// Shrinking.
export {
  abortableTrial,
  asyncTrial,
  syncTrial,
  TrialAborted,
  trialOn,
  type AsyncTrial,
  type SyncTrial,
  type Trial,
} from './shrinkers/trial';
export { shrink, type Shrunk, type ShrinkOptions, type ShrinkProgress } from './shrinkers/shrink';
export type { Rate } from './shrinkers/failureRate';
export type { PassStatistics } from './shrinkers/passStatistics';

// Explaining and exporting.
export { explain, type ExplainOptions, type Explanation } from './shrinkers/explain/explain';
export type { CounterChange, ExplainedStep } from './shrinkers/explain/explainSteps';
export type { PassingTrace } from './shrinkers/explain/nearestPassing';
export type { Certificate } from './shrinkers/certify/certificate';
export { EXPORTS, type Export } from './shrinkers/export/exports';
export type { ExportInput } from './shrinkers/export/exportInput';

// Faults.
export type { Fault } from './faults/fault';
export { parseFaultFile, type FaultFile } from './faults/faultFile';
export { readCatalogue, readEquivalents } from './faults/catalogue';
export { plantModel } from './faults/plantModel';
export { applyEdits, type Edit } from './systems/edits';

// Errors that one line explains.
export { BadInputError } from './properties/input/badInput';
export { EnvironmentError } from './properties/input/environmentError';
