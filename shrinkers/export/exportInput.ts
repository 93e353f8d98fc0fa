/** The input of every export. */
import type { TraceFile } from '../../properties/trace/traceFile';
import type { Explanation } from '../explain/explain';

export interface ExportInput {
  readonly file: TraceFile;
  /** The module that a test imports spancheck from. */
  readonly from: string;
  /** The release of Go that the trace ran on, as the toolchain names it: `go1.26.8`. */
  readonly release?: string | undefined;
  /** True if observing the system flushes it after each step; then an exported Go test reads after each step, too. */
  readonly readsEachStep?: boolean | undefined;
  /** Explains how the trace fails. It runs the trace, so only exports that tell the story call it. */
  readonly explanation: () => Promise<Explanation | undefined>;
}
