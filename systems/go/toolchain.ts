/** Finds the Go toolchain that the options mean, and has it say which release it is. Nothing in it is ever written. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EnvironmentError } from '../../properties/input/environmentError';
import { withoutGoSettings } from './platform';

export interface Toolchain {
  /** As the toolchain says it: `go1.26.8`, or `devel go1.27-…` of a work tree. */
  readonly version: string;
  /** The minor release: 26. */
  readonly minor: number;
  readonly goroot: string;
}

export interface ToolchainOptions {
  /** `local`, the `go` on the PATH, or a release: `go1.9.7`. */
  readonly toolchain?: string | undefined;
  /** A GOROOT with a built toolchain, such as the work tree of somebody who develops the runtime. */
  readonly goroot?: string | undefined;
  /** The oldest minor release that will do; 9, the first with the counters, by default. */
  readonly oldestMinor?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

const INSTALL =
  'install Go 1.9 or newer (https://go.dev/dl), 1.21 or newer for --toolchain, and put its bin folder on the PATH';

/** Returns the toolchain that the options mean, after fetching a release that is not here yet. */
export async function findGo(options: ToolchainOptions = {}): Promise<Toolchain> {
  const { toolchain = 'local', oldestMinor = 9 } = options;
  if (process.platform !== 'linux')
    throw new EnvironmentError(`go: the driver runs on Linux, not on ${process.platform}; use --system model`);
  if (options.goroot !== undefined && options.toolchain !== undefined) {
    throw new EnvironmentError(
      `go: --goroot ${options.goroot} and --toolchain ${options.toolchain} are two toolchains; give one of them`,
    );
  }
  const goroot = options.goroot === undefined ? await gorootOf(toolchain, options.onProgress) : resolve(options.goroot);
  if (!existsSync(join(goroot, 'src', 'runtime', 'mstats.go'))) {
    throw new EnvironmentError(`go: ${goroot} is not a GOROOT, it has no src/runtime; name the root of a Go tree`);
  }
  if (!existsSync(join(goroot, 'bin', 'go'))) {
    throw new EnvironmentError(`go: ${goroot} has no bin/go; build the tree first (src/make.bash)`);
  }
  const version = await versionOf(goroot);
  if (toolchain !== 'local') requireRelease(toolchain, version, `the Go in ${goroot}`);
  const minor = Number(/go1\.(\d+)/.exec(version)?.[1] ?? NaN);
  if (!(minor >= oldestMinor))
    throw new EnvironmentError(
      `go: ${goroot} is ${version}; the counters came with Go 1.9, so take that or a newer one`,
    );
  return { version, minor, goroot };
}

/** Throws where `actual`, which `who` says it is, is another release than `wanted`. */
export function requireRelease(wanted: string, actual: string, who: string): void {
  if (releaseIn(wanted) === releaseIn(actual)) return;
  throw new EnvironmentError(
    `go: ${wanted} was wanted, but ${who} is ${actual}; a go on the PATH chooses a release by itself only from Go 1.21 on, so take that or a newer one, or --goroot`,
  );
}

/** Returns the release in a version: `go1.26.8` of `go1.26.8-X:runtimefreegc`. */
function releaseIn(version: string): string {
  return /go1\S*?(?=[\s-]X:|\s|$)/.exec(version)?.[0] ?? version;
}

async function gorootOf(toolchain: string, onProgress: ToolchainOptions['onProgress']): Promise<string> {
  if (toolchain === 'local') return goEnv('GOROOT', toolchain);
  if (!/^go1\.\d+(\.\d+)?(rc\d+|beta\d+)?$/.test(toolchain)) {
    throw new EnvironmentError(
      `go: ${JSON.stringify(toolchain)} is not a toolchain; it is local, or a release like go1.9.7`,
    );
  }
  const cache = await goEnv('GOMODCACHE', 'local');
  // Toolchains are fetched for the machine that they run on, whatever GOARCH says.
  const platform = `${await goEnv('GOHOSTOS', 'local')}-${await goEnv('GOHOSTARCH', 'local')}`;
  const goroot = join(cache, 'golang.org', `toolchain@v0.0.1-${toolchain}.${platform}`);
  if (cache !== '' && existsSync(goroot)) return goroot;
  const archive = join(cache, 'cache', 'download', 'golang.org', 'toolchain', '@v');
  const stop = reportDownload(toolchain, archive, `v0.0.1-${toolchain}.${platform}`, onProgress);
  return goEnv('GOROOT', toolchain).finally(stop);
}

/** Reports how much of an archive has arrived, by the size of its file; the go command itself says nothing. */
function reportDownload(
  toolchain: string,
  dir: string,
  prefix: string,
  onProgress: ToolchainOptions['onProgress'],
): () => void {
  if (onProgress === undefined) return () => undefined;
  const report = (): void => {
    const files = existsSync(dir) ? readdirSync(dir).filter((file) => file.startsWith(prefix)) : [];
    const bytes = files.reduce(
      (sum, file) => sum + (statSync(join(dir, file), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    onProgress(
      `fetching ${toolchain}, needed once: ${Math.round(bytes / 2 ** 20)} MB of ${ARCHIVE_MB}, unpacked to about 300`,
    );
  };
  report();
  const timer = setInterval(report, 500);
  return () => clearInterval(timer);
}

/** The archives of old releases are smaller. */
const ARCHIVE_MB = '65 to 155';

/** Returns a setting of the go on the PATH, told to be `toolchain`. The user's own settings of Go apply. */
function goEnv(variable: string, toolchain: string): Promise<string> {
  return new Promise((fulfil, reject) => {
    const env = { ...process.env, GOFLAGS: '', GOTOOLCHAIN: toolchain, GOOS: '', GOARCH: '', GOEXPERIMENT: '' };
    execFile('go', ['env', variable], { env }, (error, stdout, stderr) => {
      if (error === null) fulfil(stdout.trim());
      else if (error.code === 'ENOENT') reject(new EnvironmentError(`go: no Go toolchain found; ${INSTALL}`));
      else if (stderr === '') reject(new EnvironmentError(`go: the go on the PATH does not run (${error.message})`));
      else {
        const words = stderr.trim().split('\n').pop()?.trim() ?? '';
        reject(
          new EnvironmentError(
            `go: ${toolchain} cannot be had (${words}); \`go list -m -versions golang.org/toolchain\` lists the releases that exist`,
          ),
        );
      }
    });
  });
}

/** Returns what the go command of a tree says it is. */
async function versionOf(goroot: string): Promise<string> {
  const go = join(goroot, 'bin', 'go');
  return new Promise((fulfil, reject) => {
    const env = { ...withoutGoSettings(process.env), GOENV: 'off', GOTOOLCHAIN: 'local', GOROOT: goroot };
    execFile(go, ['version'], { env }, (error, stdout) => {
      if (error === null) fulfil(stdout.trim().replace(/^go version (.*) \S+$/, '$1'));
      else
        reject(
          new EnvironmentError(
            `go: ${go} does not run (${error.message.split('\n')[0] ?? ''}); build the tree first (src/make.bash)`,
          ),
        );
    });
  });
}
