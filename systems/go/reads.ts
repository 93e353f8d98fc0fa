/** What a real ReadMemStats costs, on any release that can be had: also on those before the counters. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildProgram } from './build';
import { driverText } from './driverSource';
import { findGo, type ToolchainOptions } from './toolchain';

/** Go 1.8 is the last release whose ReadMemStats scans the spans. */
const OLDEST_MINOR = 8;

export interface GoReads {
  /** As the toolchain says it: `go1.8.7`. */
  readonly version: string;
  /** Whether its tests have a ReadMemStatsSlow. */
  readonly hasRescan: boolean;
  /** Nanoseconds of the shortest of so many reads, on a heap of 1 KiB objects. */
  readNs(heapMib: number, times: number): Promise<number>;
}

export async function goReads(
  options: ToolchainOptions & { readonly cacheDir?: string | undefined },
): Promise<GoReads> {
  const toolchain = await findGo({ ...options, oldestMinor: OLDEST_MINOR });
  const binary = await buildProgram(toolchain, 'reads', await driverText('reads.go.txt'), options.cacheDir);
  const readNs = async (heapMib: number, times: number): Promise<number> => {
    const { stderr } = await promisify(execFile)(binary, [String(heapMib), String(times)]);
    return Number(stderr);
  };
  return { version: toolchain.version, hasRescan: toolchain.minor > OLDEST_MINOR, readNs };
}
