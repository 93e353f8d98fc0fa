/** A trace as Markdown: its story, and the trace itself to run again. */
import { formatTraceFile } from '../../properties/trace/traceFile';
import { markdownText } from '../explain/markdown';
import type { ExportInput } from './exportInput';
import { escapeSource } from './exportText';

/** Returns the story with the trace file folded in below. A line of the file never ends the code block: all begin with `{`, `}` or a space. */
export async function exportMarkdown({ file, explanation }: ExportInput): Promise<string> {
  const told = await explanation();
  const story = told === undefined ? '### The trace holds\n' : markdownText(told);
  const json = escapeSource(formatTraceFile(file));
  return `${story}\n<details><summary>The trace, for spancheck replay</summary>\n\n\`\`\`json\n${json}\`\`\`\n\n</details>\n`;
}
