/** Experiments of a toolchain that the driver is built with. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Toolchain } from './toolchain';

/** Whether runtime.freegc can be had: since Go 1.26, unless who runs this has switched it off. */
export function hasFreegc({ goroot }: Pick<Toolchain, 'goroot'>): boolean {
  return (
    existsSync(join(goroot, 'src', 'internal', 'goexperiment', 'exp_runtimefreegc_on.go')) &&
    !ofTheUser().includes('noruntimefreegc')
  );
}

/** What a build needs in its environment. Until Go 1.26 nothing: an experiment that a release has not is refused. */
export function experimentEnv(toolchain: Pick<Toolchain, 'goroot'>): Readonly<Record<string, string>> {
  return hasFreegc(toolchain) ? { GOEXPERIMENT: [...ofTheUser(), 'runtimefreegc'].join(',') } : {};
}

function ofTheUser(): readonly string[] {
  return (process.env['GOEXPERIMENT'] ?? '').split(',').filter((word) => word !== '');
}
