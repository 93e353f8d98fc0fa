/** What a trace can be exported to, by the word after `--to`. Another kind is another entry. */
import type { TraceFile } from '../properties/traceFile';
import { fastCheckText } from './exportFastCheck';
import { vitestText } from './exportVitest';
import type { Explanation } from './explain';
import { exportGo } from './exportGo';
import { exportMarkdown } from './exportMarkdown';

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

export interface Export {
  /** One line on what comes out. */
  readonly text: string;
  readonly write: (input: ExportInput) => string | Promise<string>;
}

export const EXPORTS: Readonly<Record<string, Export>> = {
  vitest: { text: 'a test file that fails while the bug is there', write: ({ file, from }) => vitestText(file, from) },
  'fast-check': { text: 'a property with the trace as its first example', write: ({ file, from }) => fastCheckText(file, from) },
  go: { text: "a test for Go's src/runtime that fails while the bug is there", write: exportGo },
  markdown: { text: 'the story of the trace, to paste into an issue', write: exportMarkdown },
};
