/** Which Go toolchain is meant, and where it lies. Nothing in it is ever written. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';

export interface Toolchain {
  /** As the toolchain says it: `go1.26.8`, or `devel go1.27-…` of a work tree. */
  readonly version: string;
  /** The minor release: 26. */
  readonly minor: number;
  readonly goroot: string;
}

export interface ToolchainOptions {
  /** `local`, the `go` on the path, or a release: `go1.9.7`. */
  readonly toolchain?: string | undefined;
  /** A GOROOT with a built toolchain: the work tree of somebody who develops the runtime. */
  readonly goroot?: string | undefined;
  /** The oldest minor release that will do: 9, the first with the counters, if not said. */
  readonly oldestMinor?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

const INSTALL = 'install Go 1.21 or newer (https://go.dev/dl) and put its bin folder on the PATH';

/** The toolchain that the options mean. Fetches a release that is not here yet. */
export async function findGo(options: ToolchainOptions = {}): Promise<Toolchain> {
  if (process.platform !== 'linux')
    throw new EnvironmentError(`go: the driver runs on Linux, not on ${process.platform}; use --system model`);
  if (options.goroot !== undefined && options.toolchain !== undefined) {
    throw new EnvironmentError(
      `go: --goroot ${options.goroot} and --toolchain ${options.toolchain} are two toolchains; give one of them`,
    );
  }
  const goroot = options.goroot === undefined ? await gorootOf(options) : resolve(options.goroot);
  if (!existsSync(join(goroot, 'src', 'runtime', 'mstats.go'))) {
    throw new EnvironmentError(`go: ${goroot} is not a GOROOT, it has no src/runtime; name the root of a Go tree`);
  }
  if (!existsSync(join(goroot, 'bin', 'go'))) {
    throw new EnvironmentError(`go: ${goroot} has no bin/go; build the tree first (src/make.bash)`);
  }
  const version = await versionOf(goroot);
  const minor = Number(/go1\.(\d+)/.exec(version)?.[1] ?? NaN);
  if (!(minor >= (options.oldestMinor ?? 9)))
    throw new EnvironmentError(
      `go: ${goroot} is ${version}; the counters came with Go 1.9, so take that or a newer one`,
    );
  return { version, minor, goroot };
}

async function gorootOf({ toolchain = 'local', onProgress }: ToolchainOptions): Promise<string> {
  if (toolchain !== 'local' && !/^go1\.\d+(\.\d+)?(rc\d+|beta\d+)?$/.test(toolchain)) {
    throw new EnvironmentError(
      `go: ${JSON.stringify(toolchain)} is not a toolchain; it is local, or a release like go1.9.7`,
    );
  }
  if (toolchain !== 'local') {
    const cache = await goEnv('GOMODCACHE', 'local');
    const arch = `${await goEnv('GOOS', 'local')}-${await goEnv('GOARCH', 'local')}`;
    const there = join(cache, 'golang.org', `toolchain@v0.0.1-${toolchain}.${arch}`);
    if (existsSync(there)) return there;
    const archive = join(cache, 'cache', 'download', 'golang.org', 'toolchain', '@v');
    const stop = tellDownload(toolchain, archive, `v0.0.1-${toolchain}.${arch}`, onProgress);
    return goEnv('GOROOT', toolchain).finally(stop);
  }
  return goEnv('GOROOT', toolchain);
}

/** Tells how much of an archive has come, by the size of its file; the go command itself says nothing. */
function tellDownload(
  toolchain: string,
  dir: string,
  prefix: string,
  onProgress: ToolchainOptions['onProgress'],
): () => void {
  if (onProgress === undefined) return () => undefined;
  const tell = (): void => {
    const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.startsWith(prefix)) : [];
    const bytes = files.reduce(
      (sum, file) => sum + (statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    onProgress(
      `fetching ${toolchain}, needed once: ${Math.round(bytes / 2 ** 20)} MB of ${ARCHIVE_MB}, unpacked to about 300`,
    );
  };
  tell();
  const timer = setInterval(tell, 500);
  return () => clearInterval(timer);
}

/** Releases differ so much. */
const ARCHIVE_MB = '65 to 155';

function goEnv(variable: string, toolchain: string): Promise<string> {
  return new Promise((fulfil, reject) => {
    const env = { ...process.env, GOFLAGS: '', GOTOOLCHAIN: toolchain };
    execFile('go', ['env', variable], { env }, (error, stdout, stderr) => {
      if (error === null) fulfil(stdout.trim());
      else if (error.code === 'ENOENT') reject(new EnvironmentError(`go: no Go toolchain found; ${INSTALL}`));
      else {
        const words = stderr.trim().split('\n').pop() ?? '';
        reject(
          new EnvironmentError(
            `go: ${toolchain} is not to be had (${words}); \`go list -m -versions golang.org/toolchain\` lists the releases there are`,
          ),
        );
      }
    });
  });
}

/** A released tree has a VERSION file; a work tree is asked. */
async function versionOf(goroot: string): Promise<string> {
  const file = await readFile(join(goroot, 'VERSION'), 'utf8').catch(() => '');
  if (file !== '') return file.split('\n')[0].trim();
  return new Promise((fulfil, reject) => {
    const env = { ...process.env, GOFLAGS: '', GOTOOLCHAIN: 'local', GOROOT: goroot };
    execFile(join(goroot, 'bin', 'go'), ['version'], { env }, (error, stdout) => {
      if (error === null) fulfil(stdout.trim().replace(/^go version /, ''));
      else
        reject(
          new EnvironmentError(
            `go: ${join(goroot, 'bin', 'go')} does not run (${error.message.split('\n')[0]}); build the tree first (src/make.bash)`,
          ),
        );
    });
  });
}
