/** What an export is made of. */
import type { TraceFile } from '../../properties/trace/traceFile';
import type { Explanation } from '../explain/explain';

export interface ExportInput {
  readonly file: TraceFile;
  /** Where a test imports spancheck from. */
  readonly from: string;
  /** The release of Go that it was run on, as the toolchain says it: `go1.26.8`. */
  readonly release?: string | undefined;
  /** Whether the system is always looked at by a flushing read after each step, so that an export reads after each, too. */
  readonly readsEachStep?: boolean | undefined;
  /** How the trace fails, for exports that tell the story; made when asked for, since it runs the trace. */
  readonly explanation: () => Promise<Explanation | undefined>;
}
