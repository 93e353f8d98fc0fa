/**
 * The files of counterexamples: one for each failure, written the moment it is found and again whenever a smaller
 * trace shows the same bug.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Fault } from '../../faults/fault';
import { BadInputError } from '../../properties/input/badInput';
import { fileNamePart } from '../../properties/input/fileNamePart';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { formatTraceFile, type RecordedRuntime } from '../../properties/trace/traceFile';
import { writeFileAtomically } from '../input/files';
import { reportKept } from '../output/supervised';

export interface Provenance {
  readonly system: string;
  readonly seed?: number | undefined;
  readonly checks: readonly string[];
  readonly plant?: Fault | undefined;
  readonly runtime?: RecordedRuntime | undefined;
}

/**
 * Writes a failing trace to its file. Returns undefined, or the reason why the file cannot be written: a finding is
 * worth more than its file, so the caller goes on and prints the trace instead.
 */
export async function keepCounterexample(
  path: string,
  provenance: Provenance,
  trace: Trace,
  failure: Failure,
): Promise<string | undefined> {
  try {
    await writeFileAtomically(path, counterexampleText(provenance, trace, failure));
    reportKept(path);
    return undefined;
  } catch (error) {
    if (error instanceof BadInputError) return error.message;
    throw error;
  }
}

/** Returns the file of a failure, one for each bug of each seed: `model-rescan-42-1f3a9c.json`. */
export function counterexamplePath(folder: string, { system, seed, plant }: Provenance, failure: Failure): string {
  const kind = system.startsWith('exec:') ? 'exec' : system;
  const bug = createHash('sha256')
    .update([system, plant?.name, failure.signature].join('\n'))
    .digest('hex')
    .slice(0, 6);
  const parts = [fileNamePart(kind), plant && fileNamePart(plant.name), fileNamePart(failure.check), seed, bug];
  return join(folder, `${parts.filter((part) => part !== undefined).join('-')}.json`);
}

/** Returns the text of a counterexample: the trace, what ran it, and how it fails. */
export function counterexampleText(
  { system, seed, checks, plant, runtime }: Provenance,
  trace: Trace,
  failure: Failure,
): string {
  const { step, check, signature, message, drifts } = failure;
  return formatTraceFile({
    ...trace,
    system,
    checks: [...checks],
    plant: plant === undefined ? null : { ...plant },
    ...(runtime === undefined ? {} : { runtime }),
    failure: { step, check, signature, message, drifts },
    ...(seed === undefined ? {} : { seed }),
  });
}
