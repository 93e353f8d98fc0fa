/** The exports, by the word after `--to`. To add one, add an entry. */
import { fastCheckText } from './exportFastCheck';
import { exportGo } from './exportGo';
import type { ExportInput } from './exportInput';
import { exportMarkdown } from './exportMarkdown';
import { vitestText } from './exportVitest';

export interface Export {
  /** One line on the result, for the help. */
  readonly text: string;
  readonly write: (input: ExportInput) => string | Promise<string>;
}

export const EXPORTS: Readonly<Record<string, Export>> = {
  vitest: { text: 'a test file that fails while the bug is there', write: ({ file, from }) => vitestText(file, from) },
  'fast-check': {
    text: 'a property with the trace as its first example',
    write: ({ file, from }) => fastCheckText(file, from),
  },
  go: { text: "a test for Go's src/runtime that fails while the bug is there", write: exportGo },
  markdown: { text: 'the story of the trace, to paste into an issue', write: exportMarkdown },
};
