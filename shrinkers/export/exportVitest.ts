/** A trace as a vitest test that stands alone: it fails while the bug is there and passes once it is gone. */
import type { TraceFile } from '../../properties/trace/traceFile';
import { checksText, dataText, systemText, titleText } from './exportText';

/**
 * Returns the test file.
 * @param from the module that the test imports spancheck from.
 */
export function vitestText(file: TraceFile, from: string): string {
  const { imports, setup } = systemText(file);
  return `/** Written by spancheck export: fails while the bug is there, passes once it is gone. */
import { expect, test } from 'vitest';
import { CHECKS, judgeOf, formatDrift, ${imports.join(', ')}, type Trace } from ${dataText(from)};

const trace: Trace = ${dataText({ shape: file.shape, commands: file.commands })};
${setup}
test(${titleText(file)}, async () => {
  const judge = judgeOf(system, { checks: ${checksText(file)}, isThorough: true });
  const { failure } = await judge.run(trace);
  expect(failure && { check: failure.check, step: failure.step, drifts: failure.drifts.map(formatDrift) }).toBeUndefined();
});
`;
}
