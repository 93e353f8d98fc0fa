/** Times a real ReadMemStats on any release, also on those before the counters. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EnvironmentError } from '../../properties/input/environmentError';
import { buildProgram } from './build';
import type { CacheOptions } from './cache';
import { driverText } from './driverSource';
import { withoutGoSettings } from './platform';
import { findGo, type ToolchainOptions } from './toolchain';

/** Go 1.8 is the last release whose ReadMemStats scans the spans. */
const OLDEST_MINOR = 8;

export interface GoReads {
  /** As the toolchain says it: `go1.8.7`. */
  readonly version: string;
  /** True if its tests have a ReadMemStatsSlow. */
  readonly hasRescan: boolean;
  /** Returns the nanoseconds of the shortest of `times` reads on a heap of 1 KiB objects. */
  readNs(heapMib: number, times: number): Promise<number>;
}

/** Returns what times the reads of the release that the options mean. */
export async function goReads(options: ToolchainOptions & CacheOptions): Promise<GoReads> {
  const toolchain = await findGo({ ...options, oldestMinor: OLDEST_MINOR });
  const binary = await buildProgram(toolchain, 'reads', await driverText('reads.go.txt'), options);
  const readNs = async (heapMib: number, times: number): Promise<number> => {
    const words = [String(heapMib), String(times)];
    const { stderr } = await promisify(execFile)(binary, words, { env: withoutGoSettings(process.env) }).catch(
      (error: unknown) => {
        throw new EnvironmentError(
          `go: ${binary} ${words.join(' ')} does not run (${String(error).split('\n')[0] ?? ''})`,
        );
      },
    );
    return Number(stderr);
  };
  return { version: toolchain.version, hasRescan: toolchain.minor > OLDEST_MINOR, readNs };
}
