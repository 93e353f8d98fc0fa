/**
 * Where counterexamples go: one file a failure, written the moment it is found and again whenever a smaller trace
 * shows the same bug.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Fault } from '../../faults/fault';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { formatTraceFile, type RecordedRuntime } from '../../properties/trace/traceFile';
import { writeFileAtomically } from '../input/files';

export interface Provenance {
  readonly system: string;
  readonly seed?: number | undefined;
  readonly checks: readonly string[];
  readonly plant?: Fault | undefined;
  readonly runtime?: RecordedRuntime | undefined;
}

/** Writes the trace; what the file held before is replaced as a whole. */
export async function keepCounterexample(
  path: string,
  provenance: Provenance,
  trace: Trace,
  failure: Failure,
): Promise<void> {
  await writeFileAtomically(path, counterexampleText(provenance, trace, failure));
}

/** The file of a failure: one for each bug of each seed, `model-rescan-42-1f3a9c.json`. */
export function counterexamplePath(folder: string, { system, seed, plant }: Provenance, failure: Failure): string {
  const kind = system.startsWith('exec:') ? 'exec' : system;
  const bug = createHash('sha256')
    .update([system, plant?.name, failure.signature].join('\n'))
    .digest('hex')
    .slice(0, 6);
  const parts = [kind, plant?.name, failure.check, seed, bug].filter((part) => part !== undefined);
  return join(folder, `${parts.join('-')}.json`);
}

/** The trace as a file that says what it shows and on what. */
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
