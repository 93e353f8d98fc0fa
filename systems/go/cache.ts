/**
 * The cache of built drivers. A build takes up to 20 seconds, so a binary is kept by its key, in the first of these folders
 * that is named: the option `cacheDir`, `$SPANCHECK_CACHE`, `$XDG_CACHE_HOME/spancheck`, `~/.cache/spancheck`. The SHA-256
 * of a binary lies beside it; one that is not whole, or that may not be run, is built anew. Where the folder cannot hold
 * programs (not writable, full, mounted noexec) a folder of this user's in the temporary folder stands in for it.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { ioReason, isIoError } from './ioError';

export interface CacheOptions {
  /** The folder; see above for the default. */
  readonly cacheDir?: string | undefined;
  /** Told that another folder had to be used; `onProgress` if not given. */
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/**
 * Returns the path of the binary of that name.
 * @param build builds it and hands its path to `keep` while it is still there.
 */
export async function cachedBinary(
  name: string,
  options: CacheOptions,
  build: (keep: (built: string) => Promise<string>) => Promise<string>,
): Promise<string> {
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  if (cacheDir !== undefined && (await isWhole(join(cacheDir, name)))) return join(cacheDir, name);
  const spareDir = temporaryCacheDir();
  const spare = join(spareDir, name);
  const keep = (built: string): Promise<string> => keepSomewhere(built, name, cacheDir, options);
  // What an earlier run had to keep elsewhere need not be built again.
  return (await isOwnFolder(spareDir)) && (await isWhole(spare)) ? keep(spare) : build(keep);
}

/** Keeps a binary in the cache, or else in the temporary folder, and gives notice of that. */
async function keepSomewhere(
  built: string,
  name: string,
  cacheDir: string | undefined,
  { onProgress, onNotice = onProgress }: CacheOptions,
): Promise<string> {
  const spareDir = temporaryCacheDir();
  const cache = cacheDir ?? 'the cache folder';
  let reason = 'neither HOME nor XDG_CACHE_HOME is set';
  if (cacheDir !== undefined) {
    try {
      return await keepIn(cacheDir, name, built);
    } catch (error) {
      reason = reasonOf(error);
    }
  }
  try {
    const spare = join(spareDir, name);
    const kept = built === spare ? spare : await keepIn(await makeOwnFolder(spareDir), name, built);
    onNotice?.(
      `go: no driver can be kept in ${cache} (${reason}), so ${spareDir} is used; set SPANCHECK_CACHE to choose`,
    );
    return kept;
  } catch (error) {
    throw new EnvironmentError(
      `go: no driver can be kept in ${cache} (${reason}) or ${spareDir} (${reasonOf(error)}); set SPANCHECK_CACHE to a folder that programs can be written to and run from`,
    );
  }
}

/** Returns the folder that the environment names, or undefined if there is no home to put it in. */
export function defaultCacheDir(): string | undefined {
  const { SPANCHECK_CACHE: own = '', XDG_CACHE_HOME: xdg = '', HOME: home = '' } = process.env;
  if (own !== '') return own;
  if (xdg !== '') return join(xdg, 'spancheck');
  return home === '' ? undefined : join(home, '.cache', 'spancheck');
}

function temporaryCacheDir(): string {
  return join(tmpdir(), `spancheck-cache-${process.getuid?.() ?? 0}`);
}

/** Reports whether a binary is as it was built, and may be run. */
async function isWhole(path: string): Promise<boolean> {
  try {
    // On a noexec mount, this is refused too.
    await access(path, constants.X_OK);
    const [content, sum] = await Promise.all([readFile(path), readFile(sumPath(path), 'utf8')]);
    return sha256(content) === sum.trim();
  } catch (error) {
    if (isIoError(error)) return false;
    throw error;
  }
}

/** Puts a binary and its sum beside their places first, since only a rename within one file system is atomic. */
async function keepIn(dir: string, name: string, built: string): Promise<string> {
  await makeFolder(dir);
  const path = join(dir, name);
  const fresh = `${path}.${process.pid}`;
  try {
    await copyFile(built, fresh);
    await chmod(fresh, 0o755);
    await access(fresh, constants.X_OK);
    await writeFile(`${fresh}.sha256`, `${sha256(await readFile(fresh))}\n`);
    await rename(fresh, path);
    await rename(`${fresh}.sha256`, sumPath(path));
  } catch (error) {
    for (const left of [fresh, `${fresh}.sha256`]) await rm(left, { force: true }).catch(() => undefined);
    throw error;
  }
  return path;
}

/** Makes a folder and those above it. Node's own recursive mkdir never returns for a folder below /proc. */
async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir);
  } catch (error) {
    if (!isIoError(error)) throw error;
    if (error.code === 'EEXIST' && (await stat(dir)).isDirectory()) return;
    if (error.code !== 'ENOENT' || (await lstat(dirname(dir)).catch(() => undefined)) !== undefined) throw error;
    await makeFolder(dirname(dir));
    await mkdir(dir);
  }
}

function sumPath(path: string): string {
  return `${path}.sha256`;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Makes a folder that nobody else can put programs into: the temporary folder is everybody's. */
async function makeOwnFolder(dir: string): Promise<string> {
  await mkdir(dir, { mode: 0o700 }).catch((error: unknown) => {
    if (!isIoError(error) || error.code !== 'EEXIST') throw error;
  });
  if (!(await isOwnFolder(dir))) throw new EnvironmentError('the folder belongs to somebody else');
  return dir;
}

async function isOwnFolder(dir: string): Promise<boolean> {
  const stats = await lstat(dir).catch(() => undefined);
  return stats !== undefined && stats.isDirectory() && stats.uid === process.getuid?.() && (stats.mode & 0o022) === 0;
}

function reasonOf(error: unknown): string {
  if (isIoError(error)) return ioReason(error);
  if (error instanceof EnvironmentError) return error.message;
  throw error;
}
