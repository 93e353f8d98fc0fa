/** What a driver binary is made of, as one hash: the same hash, the same binary. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolchain } from './toolchain';

export function identity(toolchain: Toolchain, texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  const put = (text: string | number): void => void hash.update(`${text}\0`);
  put(toolchain.version);
  put(toolchain.goroot);
  put(process.env['GOEXPERIMENT'] ?? '');
  for (const [name, text] of texts) {
    put(name);
    put(text);
  }
  // A release never changes, but a work tree does: sizes and times tell, without reading 10 MB.
  const { goroot } = toolchain;
  stamp(join(goroot, 'bin', 'go'), put);
  stamps(join(goroot, 'src', 'runtime'), put);
  const internal = join(goroot, 'src', 'internal', 'runtime');
  if (existsSync(internal)) stamps(internal, put);
  return hash.digest('hex').slice(0, 32);
}

type Put = (text: string | number) => void;

function stamps(dir: string, put: Put): void {
  const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter((file) =>
    /\.(go|s|h)$/.test(file.name),
  );
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  for (const path of paths) stamp(path, put);
}

function stamp(path: string, put: Put): void {
  const { size, mtimeMs } = statSync(path);
  put(path);
  put(size);
  put(mtimeMs);
}
