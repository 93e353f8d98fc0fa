/**
 * The go command on a runtime in which some files are changed. Nothing is written where those files lie, neither in a
 * toolchain nor in a work tree: the change is an overlay, or before Go 1.17 a copy of src/runtime.
 */
import { accessSync, constants } from 'node:fs';
import { chmod, cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { runGuarded } from './buildGuard';
import { buildTarget, withoutGoSettings } from './platform';
import type { ChangedFile } from './source';
import type { Toolchain } from './toolchain';

export interface ChangedBuild {
  /** A folder of its own, in which the command runs. */
  readonly dir: string;
  /** New text by file of src/runtime; `undefined` takes the file away. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** Those of the texts that the user changed, to name the user's own lines in errors. */
  readonly changed?: ReadonlyMap<string, ChangedFile> | undefined;
  /** The name of what is built, for the message if the build fails. */
  readonly what: string;
  /** The words before the flags that this module adds, and those after them. */
  readonly words: readonly string[];
  readonly operands: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Runs the go command; throws an `EnvironmentError` with the compiler's words where it fails. */
export async function goOnChanged(toolchain: Toolchain, build: ChangedBuild): Promise<void> {
  if (build.texts.size === 0) return go(toolchain, toolchain.goroot, build, []);
  // Until Go 1.16 the overlay is missing, or does not take added files.
  if (toolchain.minor > 16)
    return go(toolchain, toolchain.goroot, build, ['-overlay', await writeOverlay(toolchain, build)]);
  return go(toolchain, await copyOf(toolchain, build), build, []);
}

async function writeOverlay({ goroot }: Toolchain, { dir, texts }: ChangedBuild): Promise<string> {
  const replaced: Record<string, string> = {};
  for (const [file, text] of texts) {
    const path = join(dir, `runtime-${file}`);
    if (text !== undefined) await writeFile(path, text);
    replaced[join(goroot, 'src', 'runtime', file)] = text === undefined ? '' : path;
  }
  const overlay = join(dir, 'overlay.json');
  await writeFile(overlay, JSON.stringify({ Replace: replaced }));
  return overlay;
}

/** Makes a GOROOT of links to the real one, in which only src/runtime is a copy. */
async function copyOf({ goroot }: Toolchain, { dir, texts }: ChangedBuild): Promise<string> {
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
    if (text !== undefined) await writeFile(join(runtime, file), text);
  }
  return copy;
}

/** Runs the toolchain's own go command on the GOROOT given. */
async function go(toolchain: Toolchain, goroot: string, build: ChangedBuild, flags: readonly string[]): Promise<void> {
  const { dir, what, words, operands } = build;
  const env = {
    ...withoutGoSettings(process.env),
    ...buildTarget(toolchain),
    GOROOT: goroot,
    GOTOOLCHAIN: 'local',
    // The machine's own settings may hold a flag that this release does not know.
    GOENV: 'off',
    GOFLAGS: '',
    GOWORK: 'off',
    GO111MODULE: 'off',
    CGO_ENABLED: '0',
    GOPATH: join(dir, 'gopath'),
    // Go 1.9 knows only the first.
    TMPDIR: join(dir, 'tmp'),
    GOTMPDIR: join(dir, 'tmp'),
    // From Go 1.25 on an overlay may not touch files below GOMODCACHE, where fetched toolchains lie.
    GOMODCACHE: join(dir, 'modcache'),
    ...(hasGoCache() ? {} : { GOCACHE: join(dir, 'cache') }),
    ...build.env,
  };
  await mkdir(env.TMPDIR, { recursive: true });
  const program = join(toolchain.goroot, 'bin', 'go');
  const { status, stderr } = await runGuarded(program, [...words, ...flags, ...operands], { cwd: dir, env });
  if (status === 0) return;
  if (status === undefined)
    throw new EnvironmentError(`go: the build of ${what} into ${toolchain.version} was interrupted`);
  const errors = firstErrors(stderr, `go ended with status ${status}`, build.changed ?? new Map());
  throw new EnvironmentError(`go: ${what} does not build into ${toolchain.version} (${toolchain.goroot}): ${errors}`);
}

/** Reports whether Go can keep what it builds where it would by itself. */
function hasGoCache(): boolean {
  const { GOCACHE: own = '', XDG_CACHE_HOME: xdg = '', HOME: home = '' } = process.env;
  const candidates = own !== '' ? [own] : xdg !== '' ? [xdg] : [join(home, '.cache'), home];
  return candidates.some((dir) => dir.startsWith('/') && isWritable(dir));
}

function isWritable(dir: string): boolean {
  try {
    accessSync(dir, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the compiler's first errors in one line, without its `# package` lines, and with the user's own places. */
function firstErrors(stderr: string, otherwise: string, changed: ReadonlyMap<string, ChangedFile>): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (lines.length === 0) return otherwise;
  return lines
    .slice(0, 3)
    .map((line) => withOrigin(line.trim(), changed))
    .join(' | ');
}

/** Returns an error of the compiler with the place that its line comes from, in place of that in the file it compiled. */
function withOrigin(error: string, changed: ReadonlyMap<string, ChangedFile>): string {
  return error.replace(
    /^(?:\S*\/)?(?:runtime-)?([\w.-]+\.(?:go|s)):(\d+)(:\d+)?/,
    (place, file: string, line: string, column = '') => {
      const origin = changed.get(file)?.origins[Number(line) - 1];
      if (origin === undefined) return file.startsWith('spancheck_') ? `the driver's ${file}:${line}` : place;
      return /:\d+$/.test(origin) ? `${origin}${String(column)}` : origin;
    },
  );
}
