/** Outputs of a run for CI: a JUnit report, annotations on GitHub and a summary of the job there. */
import { appendFile } from 'node:fs/promises';
import { writeFileAtomically } from '../input/files';
import { annotationLines, summaryMarkdown } from './github';
import { junitText } from './junit';
import type { RunResult } from './report';

/** Writes the report to `junit`, if that is a file, and tells GitHub what failed if this is a job of GitHub Actions. */
export async function writeForCi(result: RunResult, junit: string | undefined): Promise<void> {
  if (process.env['GITHUB_ACTIONS'] === 'true') {
    // GitHub reads commands from standard error too; standard output may hold JSON.
    for (const line of annotationLines(result)) process.stderr.write(`${line}\n`);
    const summary = process.env['GITHUB_STEP_SUMMARY'];
    // A job without a place for its summary is none of the user's mistakes.
    if (summary !== undefined && summary !== '')
      await appendFile(summary, summaryMarkdown(result)).catch(() => undefined);
  }
  if (junit !== undefined) await writeFileAtomically(junit, junitText(result));
}
