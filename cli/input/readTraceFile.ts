/** Reads trace files from disk. */
import { firstObstacle } from '../../properties/ledger/applicability';
import { BadInputError } from '../../properties/input/badInput';
import { parseTraceFile, type TraceFile } from '../../properties/trace/traceFile';
import { readTextFile } from './files';

/** Returns a trace file in which every command applies. Throws `BadInputError` on anything else. */
export async function readTraceFile(path: string): Promise<TraceFile> {
  const file = parseTraceFile(await readTextFile(path), path);
  const obstacle = firstObstacle(file);
  if (obstacle !== undefined) {
    throw new BadInputError(
      `${path}: commands[${obstacle.step}]: ${file.commands[obstacle.step]?.op} does not apply here: ${obstacle.why}`,
    );
  }
  return file;
}
