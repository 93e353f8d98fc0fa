/** Our own Go code: the driver, the file of the runtime's epoch, the program around it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Toolchain } from './toolchain';

/** Text by the name of the file to add; all but `main.go` belong to package runtime. */
export async function driverSource({ minor }: Toolchain): Promise<ReadonlyMap<string, string>> {
  const epoch = EPOCHS.find(({ from }) => minor >= from) ?? EPOCHS[EPOCHS.length - 1];
  return new Map([
    ['main.go', await driverText('main.go.txt')],
    ['spancheck_driver.go', await driverText('spancheck.go.txt')],
    ['spancheck_epoch.go', await driverText(epoch.file)],
  ]);
}

/** One of our own Go files. */
export function driverText(file: string): Promise<string> {
  return readFile(join(driverDir(), file), 'utf8');
}

/** The first minor release that each file is for, newest first. */
const EPOCHS = [
  { from: 20, file: 'go1.20.go.txt' },
  { from: 19, file: 'go1.19.go.txt' },
  { from: 16, file: 'go1.16.go.txt' },
  { from: 13, file: 'go1.13.go.txt' },
  { from: 10, file: 'go1.10.go.txt' },
  { from: 9, file: 'go1.9.go.txt' },
] as const;

/** The Go sources stand beside this file in the checkout; compiled, this file lies in dist/, and they do not. */
function driverDir(): string {
  const beside = join(__dirname, 'driver');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', '..', 'systems', 'go', 'driver');
}
