/** Reads the faults of this folder: real accounting bugs, one file each. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { parseFaultFile, type FaultFile } from './faultFile';

/** Returns all faults of the catalogue, sorted by name. */
export function readCatalogue(): readonly FaultFile[] {
  return readFolder('catalogue');
}

/** Returns the edits that no trace can tell from the clean model, sorted by name, each with the reason. */
export function readEquivalents(): readonly FaultFile[] {
  return readFolder('equivalent');
}

function readFolder(folder: string): readonly FaultFile[] {
  const path = join(packageRoot(), 'faults', folder);
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => parseFaultFile(readFileSync(join(path, name), 'utf8'), join('faults', folder, name)))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
