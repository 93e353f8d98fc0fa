/** A trace as Markdown: its story, and the trace itself to run again. */
import { formatTraceFile } from '../../properties/trace/traceFile';
import type { ExportInput } from './exportInput';
import { markdownText } from '../explain/markdown';

export async function exportMarkdown({ file, explanation }: ExportInput): Promise<string> {
  const told = await explanation();
  const story = told === undefined ? '### The trace holds\n' : markdownText(told);
  return `${story}\n<details><summary>The trace, for spancheck replay</summary>\n\n\`\`\`json\n${formatTraceFile(file)}\`\`\`\n\n</details>\n`;
}
