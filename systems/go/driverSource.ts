/** Our own Go code: the driver, the file of the runtime's epoch, the program around it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasFreegc } from './experiments';
import type { PlacedEdit } from './source';
import type { Toolchain } from './toolchain';

/** Text by the name of the file to add; all but `main.go` belong to package runtime. */
export async function driverSource(toolchain: Toolchain): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['main.go', await driverText('main.go.txt')]]);
  for (const name of EVERY_RELEASE) files.set(`spancheck_${name}.go`, await driverText(`${name}.go.txt`));
  for (const epochs of EPOCHS) {
    const from = epochs.froms.find((first) => toolchain.minor >= first);
    if (from !== undefined)
      files.set(`spancheck_${epochs.name}.go`, await driverText(`${epochs.name}1.${from}.go.txt`));
  }
  files.set('spancheck_freegc.go', await driverText(hasFreegc(toolchain) ? 'freegc1.26.go.txt' : 'freegc1.9.go.txt'));
  return files;
}

/** One of our own Go files. */
export function driverText(file: string): Promise<string> {
  return readFile(join(driverDir(), file), 'utf8');
}

/** The release whose heap the reference model has: it runs beside this one. */
export const MODELLED_MINOR = 9;

/**
 * Where the runtime itself calls the driver, so that what it does by chance is done as the model does it: just before it looks
 * for a long free run.
 */
export const MODELLED_EDITS: readonly PlacedEdit[] = [
  {
    file: 'mheap.go',
    find: 's = h.allocLarge(npage) //',
    replace: 'spancheckArrange()\n\ts = h.allocLarge(npage) //',
    place: 'the call by which the model is held to Go 1.9',
  },
];

/** Files that are the same for all releases. */
const EVERY_RELEASE = ['spancheck', 'perform', 'observe', 'events'] as const;

/** What changed from release to release, a file each time: the first minor release of each, newest first. */
const EPOCHS = [
  { name: 'go', froms: [20, 19, 16, 13, 10, 9] },
  { name: 'cycle', froms: [12, 11, 9] },
  { name: 'counters', froms: [16, 9] },
  { name: 'tiny', froms: [17, 16] },
  { name: 'world', froms: [10, 9] },
  { name: 'metrics', froms: [16, 9] },
] as const;

/** The Go sources stand beside this file in the checkout; compiled, this file lies in dist/, and they do not. */
function driverDir(): string {
  const beside = join(__dirname, 'driver');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', '..', 'systems', 'go', 'driver');
}
