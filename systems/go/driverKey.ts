/** The key of a cached binary: a hash of everything the binary is made of. Equal keys mean equal binaries. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildTarget } from './platform';
import type { Toolchain } from './toolchain';

/** Returns the key for the given sources, built by the toolchain for the platform that the environment names. */
export function driverKey(toolchain: Toolchain, texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  const put = (text: string | number): void => void hash.update(`${text}\0`);
  const { version, goroot } = toolchain;
  put(version);
  put(goroot);
  const settings = Object.entries(buildTarget(toolchain)).map(([name, value]) => `${name}=${value}`);
  for (const setting of settings.toSorted()) put(setting);
  for (const [name, text] of texts) {
    put(name);
    put(text);
  }
  // A release never changes but a work tree does. Sizes and times show that without reading 100 MB.
  putStamp(join(goroot, 'bin', 'go'), put);
  putStamps(join(goroot, 'pkg', 'tool'), /^(asm|compile|link)$/, put);
  putStamps(join(goroot, 'src', 'runtime'), SOURCE, put);
  putStamps(join(goroot, 'src', 'internal'), SOURCE, put);
  return hash.digest('hex').slice(0, 32);
}

const SOURCE = /\.(go|s|h)$/;

type Put = (text: string | number) => void;

function putStamps(dir: string, names: RegExp, put: Put): void {
  if (!existsSync(dir)) return;
  const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter(
    (file) => file.isFile() && names.test(file.name) && !file.name.endsWith('_test.go'),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  for (const path of paths) putStamp(path, put);
  // The driver is built with the runtime's own helpers for tests.
  if (names === SOURCE) putStamp(join(dir, 'export_test.go'), put);
}

function putStamp(path: string, put: Put): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  put(path);
  put(stats.size);
  put(stats.mtimeMs);
  put(stats.ctimeMs);
}
