/**
 * The platform and the environment that a driver is built for. The settings that change the binary (GOARCH, GOAMD64,
 * GOEXPERIMENT …) come from the environment and are part of the key of a cached driver; every other setting of Go is fixed.
 */
import { endianness } from 'node:os';
import { EnvironmentError } from '../../properties/input/environmentError';
import { experimentEnv } from './experiments';

/** Settings that change what a build gives. */
const TARGET_VARIABLES = [
  'GO386',
  'GOAMD64',
  'GOARCH',
  'GOARM',
  'GOARM64',
  'GOEXPERIMENT',
  'GOFIPS140',
  'GOMIPS',
  'GOMIPS64',
  'GOOS',
  'GOPPC64',
  'GORISCV64',
] as const;

/** Returns the settings of the environment that change the binary; throws where that could not run on this machine. */
export function buildTarget(toolchain: { readonly goroot: string }): Readonly<Record<string, string>> {
  const target: Record<string, string> = {};
  for (const name of TARGET_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined && value !== '') target[name] = value;
  }
  const { GOOS: os = hostOs(), GOARCH: arch = hostArch() } = target;
  if (os !== hostOs())
    throw new EnvironmentError(`go: GOOS=${os} makes a driver that cannot run here, on ${hostOs()}; unset GOOS`);
  if (arch !== hostArch())
    throw new EnvironmentError(
      `go: GOARCH=${arch} is not the architecture of this machine, ${hostArch()}: the driver could not run here, or would be of 32 bits, which the suite does not support; unset GOARCH`,
    );
  return { ...target, GOOS: os, GOARCH: arch, ...experimentEnv(toolchain) };
}

/** Returns the environment without any setting of Go or cgo, except where Go keeps what it has built. */
export function withoutGoSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => name === 'GOCACHE' || !/^(GO[A-Z0-9_]*|CGO_\w*)$/.test(name)),
  );
}

/** Returns this machine's operating system as Go names it. */
function hostOs(): string {
  const names: Readonly<Record<string, string>> = { win32: 'windows', sunos: 'solaris' };
  return names[process.platform] ?? process.platform;
}

/** Returns this machine's architecture as Go names it. */
function hostArch(): string {
  const names: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', loong64: 'loong64' };
  const little: Readonly<Record<string, string>> = { ppc64: 'ppc64le', mips: 'mipsle' };
  const arch = process.arch;
  return names[arch] ?? (endianness() === 'LE' ? little[arch] : undefined) ?? arch;
}
