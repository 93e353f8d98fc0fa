/**
 * The cache of built drivers. A build takes up to 20 seconds, so a binary is kept by its key, in the first of these folders
 * that is named: the option `cacheDir`, `$SPANCHECK_CACHE`, `$XDG_CACHE_HOME/spancheck`, `~/.cache/spancheck`. The SHA-256
 * of a binary lies beside it; one that is not whole, or that may not be run, is built anew. Where the folder cannot hold
 * programs (not writable, full, mounted noexec) a folder of this user's in the temporary folder stands in for it.
 */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
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
  for (const dir of [cacheDir, temporaryCacheDir()]) {
    if (dir === undefined) continue;
    const path = join(dir, name);
    if ((await isWhole(path)) && (dir === cacheDir || (await isOwnFolder(dir)))) return path;
  }
  return build(async (built) => {
    const notice = options.onNotice ?? options.onProgress;
    try {
      if (cacheDir === undefined) throw new EnvironmentError('neither HOME nor XDG_CACHE_HOME is set');
      return await keepIn(cacheDir, name, built);
    } catch (error) {
      const reason = reasonOf(error);
      const dir = temporaryCacheDir();
      try {
        const kept = await keepIn(await makeOwnFolder(dir), name, built);
        notice?.(
          `go: no driver can be kept in ${cacheDir ?? 'a cache'} (${reason}); ${dir} is used; set SPANCHECK_CACHE to choose`,
        );
        return kept;
      } catch (second) {
        throw new EnvironmentError(
          `go: no driver can be kept in ${cacheDir ?? 'a cache'} (${reason}) or ${dir} (${reasonOf(second)}); set SPANCHECK_CACHE to a folder that programs can be written to and run from`,
        );
      }
    }
  });
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
  await mkdir(dir, { recursive: true });
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

function sumPath(path: string): string {
  return `${path}.sha256`;
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Makes a folder that nobody else can put programs into: the temporary folder is everybody's. */
async function makeOwnFolder(dir: string): Promise<string> {
  await mkdir(dirname(dir), { recursive: true });
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
