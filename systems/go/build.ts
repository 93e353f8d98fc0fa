/** Builds the driver into a toolchain's runtime, once: the binary is kept by the hash of what it is made of. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError } from '../environmentError';
import { driverSource } from './driverSource';
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
  const changed = await changedSource(toolchain, options);
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const binary = join(cacheDir, `driver-${identity(toolchain, new Map([...driver, ...changed]))}`);
  if (existsSync(binary)) return binary;

  options.onProgress?.(`building the driver for ${toolchain.version}`);
  await mkdir(cacheDir, { recursive: true });
  await removeStale(tmpdir());
  const dir = await mkdtemp(join(tmpdir(), BUILD_PREFIX));
  try {
    await writeFile(join(dir, MAIN), driver.get(MAIN) ?? '');
    const added = new Map([...driver].filter(([file]) => file !== MAIN));
    const texts = new Map([...added, ...changed]);
    // In a package that is not under test, export_test.go goes by another name.
    texts.set('spancheck_export.go', await readFile(join(toolchain.goroot, 'src', 'runtime', 'export_test.go'), 'utf8'));
    // Until Go 1.16 the overlay is missing, or does not take added files.
    if (toolchain.minor > 16) await buildWithOverlay(toolchain, dir, texts);
    else await buildInCopy(toolchain, dir, texts);
    await keep(dir, binary);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return binary;
}

/** The path of a program of one file, built by the toolchain as it is. */
export async function buildProgram(toolchain: Toolchain, name: string, text: string, cacheDir = defaultCacheDir()): Promise<string> {
  const binary = join(cacheDir, `${name}-${identity(toolchain, new Map([[MAIN, text]]))}`);
  if (existsSync(binary)) return binary;
  await mkdir(cacheDir, { recursive: true });
  const dir = await mkdtemp(join(tmpdir(), BUILD_PREFIX));
  try {
    await writeFile(join(dir, MAIN), text);
    await goBuild(toolchain.goroot, toolchain.goroot, toolchain.version, dir, []);
    await keep(dir, binary);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  return binary;
}

/** Beside its place first, since a rename is whole only within one file system. */
async function keep(dir: string, binary: string): Promise<void> {
  const beside = `${binary}.${process.pid}`;
  await cp(join(dir, OUT), beside);
  await rename(beside, binary);
}

const MAIN = 'main.go';
const OUT = 'driver';
const BUILD_PREFIX = 'spancheck-build-';
const STALE_AFTER_MS = 3_600_000;

function defaultCacheDir(): string {
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg === undefined || xdg === '' ? join(homedir(), '.cache') : xdg, 'spancheck');
}

/** Removes what a killed build has left. */
async function removeStale(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith(BUILD_PREFIX)) continue;
    const path = join(dir, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < Date.now() - STALE_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

async function buildWithOverlay({ goroot, version }: Toolchain, dir: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const replaced: Record<string, string> = {};
  for (const [file, text] of texts) {
    await writeFile(join(dir, `runtime-${file}`), text);
    replaced[join(goroot, 'src', 'runtime', file)] = join(dir, `runtime-${file}`);
  }
  await writeFile(join(dir, 'overlay.json'), JSON.stringify({ Replace: replaced }));
  await goBuild(goroot, goroot, version, dir, ['-overlay', 'overlay.json']);
}

/** A GOROOT of links to the real one, in which only src/runtime is a copy. */
async function buildInCopy({ goroot, version }: Toolchain, dir: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const copy = join(dir, 'goroot');
  const runtime = join(copy, 'src', 'runtime');
  await mkdir(join(copy, 'src'), { recursive: true });
  for (const name of await readdir(goroot)) {
    if (name !== 'src') await symlink(join(goroot, name), join(copy, name));
  }
  for (const name of await readdir(join(goroot, 'src'))) {
    if (name !== 'runtime') await symlink(join(goroot, 'src', name), join(copy, 'src', name));
  }
  await cp(join(goroot, 'src', 'runtime'), runtime, { recursive: true });
  // A fetched toolchain is read-only, and so would be its copy.
  for (const entry of await readdir(runtime, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(runtime, 0o755);
  for (const [file, text] of texts) {
    await rm(join(runtime, file), { force: true });
    await writeFile(join(runtime, file), text);
  }
  await goBuild(goroot, copy, version, dir, []);
}

function goBuild(bin: string, goroot: string, version: string, dir: string, flags: readonly string[]): Promise<void> {
  const env = {
    ...process.env,
    GOROOT: goroot,
    GOTOOLCHAIN: 'local',
    // The machine's own settings may hold a flag that this release does not know.
    GOENV: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    GO111MODULE: 'off',
    CGO_ENABLED: '0',
    GOPATH: join(dir, 'gopath'),
    // From Go 1.25 on an overlay may not touch files below GOMODCACHE, where fetched toolchains lie.
    GOMODCACHE: join(dir, 'modcache'),
  };
  return new Promise((fulfil, reject) => {
    execFile(join(bin, 'bin', 'go'), ['build', ...flags, '-o', OUT, MAIN], { cwd: dir, env }, (error, _stdout, stderr) => {
      if (error === null) fulfil();
      else reject(new EnvironmentError(`go: the driver does not build into ${version} (${goroot === bin ? bin : `a copy of ${bin}`}): ${firstErrors(stderr, error.message)}`));
    });
  });
}

/** What the compiler says, in one line, without its `# package` lines. */
function firstErrors(stderr: string, otherwise: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.length === 0 ? otherwise.split('\n')[0] : lines.slice(0, 3).join(' | ');
}
