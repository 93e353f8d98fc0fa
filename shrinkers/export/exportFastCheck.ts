/** A trace as the first example of a fast-check property over all traces; if it fails, fast-check shrinks it. */
import type { TraceFile } from '../../properties/trace/traceFile';
import { checksText, dataText, systemText, titleText } from './exportText';

/**
 * Returns the test file. It draws and shrinks only what the system can perform.
 * @param from the module that the test imports spancheck from.
 */
export function fastCheckText(file: TraceFile, from: string): string {
  const { imports, setup } = systemText(file);
  const seed = file.seed === undefined ? '' : ` seed: ${file.seed},`;
  return `/** Written by spancheck export: the trace first, then traces like it. */
import * as fc from 'fast-check';
import { test } from 'vitest';
import { CHECKS, judgeOf, traces, ${imports.join(', ')}, type Trace } from ${dataText(from)};

const trace: Trace = ${dataText({ shape: file.shape, commands: file.commands })};
${setup}
test(${titleText(file)}, async () => {
  const judge = judgeOf(system, { checks: ${checksText(file)}, isThorough: true });
  const { ops, maxProcs, canReadEachStep } = system;
  const arbitrary = traces({ ops, maxProcs, canReadEachStep, maxCommands: 100 });
  const holds = async (candidate: Trace) => (await judge.run(candidate)).failure === undefined;
  await fc.assert(fc.asyncProperty(arbitrary, holds), {${seed} numRuns: 100, examples: [[trace]] });
});
`;
}
