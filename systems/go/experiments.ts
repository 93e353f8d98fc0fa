/**
 * Experiments of a toolchain that the driver is built with. Since Go 1.26 that is `runtimefreegc`, without which
 * `runtime.freegc` returns at once. freegc takes objects of 16 to 32,760 bytes without pointers, of any span, into a list
 * of the P, and refuses others; for objects with pointers it throws (1.26) or does nothing (1.27).
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Reports whether runtime.freegc can be had: since Go 1.26, unless GOEXPERIMENT has `noruntimefreegc`. */
export function hasFreegc({ goroot }: { readonly goroot: string }): boolean {
  return (
    existsSync(join(goroot, 'src', 'internal', 'goexperiment', 'exp_runtimefreegc_on.go')) &&
    !userExperiments().includes('noruntimefreegc')
  );
}

/** Returns the GOEXPERIMENT to build with; nothing before Go 1.26, since a release refuses experiments it does not know. */
export function experimentEnv(toolchain: { readonly goroot: string }): Readonly<Record<string, string>> {
  return hasFreegc(toolchain) ? { GOEXPERIMENT: [...userExperiments(), 'runtimefreegc'].join(',') } : {};
}

function userExperiments(): readonly string[] {
  return (process.env['GOEXPERIMENT'] ?? '').split(',').filter((word) => word !== '');
}
