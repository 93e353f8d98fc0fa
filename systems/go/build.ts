/** Builds the driver into a toolchain's runtime, unless the cache has it. */
import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTemporaryFolder } from './buildGuard';
import { cachedBinary, type CacheOptions } from './cache';
import { goOnChanged } from './changedGo';
import { driverKey } from './driverKey';
import { MODELLED_EDITS, MODELLED_MINOR, driverSource } from './driverSource';
import { orEnvironmentError } from './ioError';
import { changedSource, textsOf, type SourceOptions } from './source';
import type { Toolchain } from './toolchain';

export interface BuildOptions extends SourceOptions, CacheOptions {}

/** Returns the path of the driver binary. */
export async function buildDriver(toolchain: Toolchain, options: BuildOptions): Promise<string> {
  const driver = await driverSource(toolchain);
  const edits = [...(options.edits ?? []), ...(toolchain.minor === MODELLED_MINOR ? MODELLED_EDITS : [])];
  const changed = await changedSource(toolchain, { ...options, edits });
  const key = driverKey(toolchain, new Map([...driver, ...textsOf(changed)]));
  return cachedBinary(`driver-${key}`, options, (keep) => {
    options.onProgress?.(`building the driver for ${toolchain.version}`);
    return inBuildFolder(async (dir) => {
      await writeFile(join(dir, MAIN), driver.get(MAIN) ?? '');
      const added = new Map([...driver].filter(([file]) => file !== MAIN));
      const texts = new Map([...added, ...textsOf(changed)]);
      // A package that is not under test has no export_test.go; under another name it does.
      const exports = join(toolchain.goroot, 'src', 'runtime', 'export_test.go');
      texts.set('spancheck_export.go', await readFile(exports, 'utf8'));
      await goOnChanged(toolchain, {
        dir,
        texts,
        changed,
        what: 'the driver',
        words: ['build'],
        operands: ['-o', OUT, MAIN],
      });
      return keep(join(dir, OUT));
    });
  });
}

/** Returns the path of a program of one file, built by the toolchain as it is. */
export async function buildProgram(
  toolchain: Toolchain,
  name: string,
  text: string,
  options: CacheOptions = {},
): Promise<string> {
  const key = driverKey(toolchain, new Map([[MAIN, text]]));
  return cachedBinary(`${name}-${key}`, options, (keep) =>
    inBuildFolder(async (dir) => {
      await writeFile(join(dir, MAIN), text);
      await goOnChanged(toolchain, {
        dir,
        texts: new Map(),
        what: `the program ${name}`,
        words: ['build'],
        operands: ['-o', OUT, MAIN],
      });
      return keep(join(dir, OUT));
    }),
  );
}

/** Does a build in a temporary folder, which is gone afterwards. */
export async function inBuildFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  await removeStale(tmpdir());
  return orEnvironmentError(
    `nothing can be built in ${tmpdir()}`,
    'set TMPDIR to a folder that has 500 MB of space and can be written to',
    () => inTemporaryFolder(BUILD_PREFIX, work),
  );
}

const MAIN = 'main.go';
const OUT = 'driver';
export const BUILD_PREFIX = 'spancheck-build-';
const STALE_AFTER_MS = 3_600_000;

/** Removes what a killed build has left. */
export async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.startsWith(BUILD_PREFIX)) continue;
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - STALE_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
