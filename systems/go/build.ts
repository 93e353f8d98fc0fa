/** Builds the driver into a toolchain's runtime, once: the binary is kept by the hash of what it is made of. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { goOnChanged } from './changedGo';
import { MODELLED_EDITS, MODELLED_MINOR, driverSource } from './driverSource';
import { experimentEnv } from './experiments';
import { inTemporaryFolder } from './buildGuard';
import { identity } from './identity';
import { changedSource, type SourceOptions } from './source';
import type { Toolchain } from './toolchain';

export interface BuildOptions extends SourceOptions {
  readonly cacheDir?: string | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** The path of the driver binary. */
export async function buildDriver(toolchain: Toolchain, options: BuildOptions): Promise<string> {
  const driver = await driverSource(toolchain);
  const edits = [...(options.edits ?? []), ...(toolchain.minor === MODELLED_MINOR ? MODELLED_EDITS : [])];
  const changed = await changedSource(toolchain, { ...options, edits });
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const binary = join(cacheDir, `driver-${identity(toolchain, new Map([...driver, ...changed]))}`);
  if (existsSync(binary)) return binary;

  options.onProgress?.(`building the driver for ${toolchain.version}`);
  await mkdir(cacheDir, { recursive: true });
  await removeStale(tmpdir());
  return inTemporaryFolder(BUILD_PREFIX, async (dir) => {
    await writeFile(join(dir, MAIN), driver.get(MAIN) ?? '');
    const added = new Map([...driver].filter(([file]) => file !== MAIN));
    const texts = new Map([...added, ...changed]);
    // In a package that is not under test, export_test.go goes by another name.
    texts.set(
      'spancheck_export.go',
      await readFile(join(toolchain.goroot, 'src', 'runtime', 'export_test.go'), 'utf8'),
    );
    await goOnChanged(toolchain, {
      dir,
      texts,
      what: 'the driver',
      words: ['build'],
      operands: ['-o', OUT, MAIN],
      env: experimentEnv(toolchain),
    });
    return keep(dir, binary);
  });
}

/** The path of a program of one file, built by the toolchain as it is. */
export async function buildProgram(
  toolchain: Toolchain,
  name: string,
  text: string,
  cacheDir = defaultCacheDir(),
): Promise<string> {
  const binary = join(cacheDir, `${name}-${identity(toolchain, new Map([[MAIN, text]]))}`);
  if (existsSync(binary)) return binary;
  await mkdir(cacheDir, { recursive: true });
  return inTemporaryFolder(BUILD_PREFIX, async (dir) => {
    await writeFile(join(dir, MAIN), text);
    await goOnChanged(toolchain, {
      dir,
      texts: new Map(),
      what: 'the driver',
      words: ['build'],
      operands: ['-o', OUT, MAIN],
    });
    return keep(dir, binary);
  });
}

/** Beside its place first, since a rename is whole only within one file system. */
async function keep(dir: string, binary: string): Promise<string> {
  const beside = `${binary}.${process.pid}`;
  await cp(join(dir, OUT), beside);
  await rename(beside, binary);
  return binary;
}

const MAIN = 'main.go';
const OUT = 'driver';
export const BUILD_PREFIX = 'spancheck-build-';
const STALE_AFTER_MS = 3_600_000;

function defaultCacheDir(): string {
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg, 'spancheck');
}

/** Removes what a killed build has left. */
export async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith(BUILD_PREFIX)) continue;
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - STALE_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}
