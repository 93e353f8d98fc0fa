/**
 * The go command on a runtime that is changed in some files: where they lie nothing is written, neither in a toolchain nor
 * in a work tree.
 */
import { chmod, cp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { runGuarded } from './buildGuard';
import type { Toolchain } from './toolchain';

export interface ChangedBuild {
  /** A folder of its own, in which the command runs. */
  readonly dir: string;
  /** New text by file of src/runtime; nothing takes the file away. */
  readonly texts: ReadonlyMap<string, string | undefined>;
  /** What is built, for the message if it does not build. */
  readonly what: string;
  /** The words before the flags that this module adds, and those behind them. */
  readonly words: readonly string[];
  readonly operands: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

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

/** A GOROOT of links to the real one, in which only src/runtime is a copy. */
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

/** The toolchain's own go, on the GOROOT given. */
async function go(
  toolchain: Toolchain,
  goroot: string,
  { dir, what, words, operands, env: more }: ChangedBuild,
  flags: readonly string[],
): Promise<void> {
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
    // Go 1.9 knows only the first.
    TMPDIR: join(dir, 'tmp'),
    GOTMPDIR: join(dir, 'tmp'),
    // From Go 1.25 on an overlay may not touch files below GOMODCACHE, where fetched toolchains lie.
    GOMODCACHE: join(dir, 'modcache'),
    ...more,
  };
  await mkdir(env.TMPDIR, { recursive: true });
  const { status, stderr } = await runGuarded(join(toolchain.goroot, 'bin', 'go'), [...words, ...flags, ...operands], {
    cwd: dir,
    env,
  });
  if (status === 0) return;
  if (status === undefined)
    throw new EnvironmentError(`go: the build of ${what} into ${toolchain.version} was interrupted`);
  const place = goroot === toolchain.goroot ? goroot : `a copy of ${toolchain.goroot}`;
  throw new EnvironmentError(
    `go: ${what} does not build into ${toolchain.version} (${place}): ${firstErrors(stderr, `go ended with status ${status}`)}`,
  );
}

/** What the compiler says, in one line, without its `# package` lines. */
function firstErrors(stderr: string, otherwise: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.length === 0 ? otherwise.split('\n')[0] : lines.slice(0, 3).join(' | ');
}
