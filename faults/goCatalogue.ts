/** The faults for real runtimes, a folder for each release that they find their place in. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { BadInputError } from '../properties/input/badInput';
import type { Toolchain } from '../systems/go/goSystem';
import { parseFaultFile, type FaultFile } from './faultFile';

/** Releases that there are faults for: `1.9`, `1.26`. */
export function goEpochs(): readonly string[] {
  return readdirSync(goFolder());
}

/** The faults for a release such as `1.26`, by name. */
export function readGoFaults(epoch: string): readonly FaultFile[] {
  const path = join(goFolder(), epoch);
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => parseFaultFile(readFileSync(join(path, name), 'utf8'), join('faults', 'go', epoch, name)))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** The faults for a toolchain. */
export function goFaultsFor({ version, minor }: Toolchain): readonly FaultFile[] {
  if (existsSync(join(goFolder(), `1.${minor}`))) return readGoFaults(`1.${minor}`);
  throw new BadInputError(
    `--toolchain: there are no faults for ${version}, but for Go ${goEpochs().join(' and ')}; take one of these, such as go1.9.7`,
  );
}

function goFolder(): string {
  return join(packageRoot(), 'faults', 'go');
}
