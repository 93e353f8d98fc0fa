/** The driver's own Go code, put together for one release: files that all releases share, and those that differ. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasFreegc } from './experiments';
import { knownBugsOf } from './releases';
import type { PlacedEdit } from './source';
import type { Toolchain } from './toolchain';

/** Returns texts by the name of the file to add. All but `main.go` belong to package runtime. */
export async function driverSource(toolchain: Toolchain): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['main.go', await driverText('main.go.txt')]]);
  for (const [name, file] of partsFor(toolchain)) files.set(`spancheck_${name}.go`, await driverText(`${file}.go.txt`));
  return files;
}

/** Returns the text of one of the driver's Go files. */
export function driverText(file: string): Promise<string> {
  return readFile(join(driverDir(), file), 'utf8');
}

/** The minor release whose heap the reference model has: the model runs beside this one. */
export const MODELLED_MINOR = 9;

/** A call of the driver out of the runtime's page heap: just before each search for a long free run, it is put in order. */
export const MODELLED_EDITS: readonly PlacedEdit[] = [
  {
    file: 'mheap.go',
    find: 's = h.allocLarge(npage) //',
    replace: 'spancheckArrange()\n\ts = h.allocLarge(npage) //',
    place: 'the call that makes the page heap of Go 1.9 predictable',
  },
];

/** Files that all releases share. */
const EVERY_RELEASE = ['drive', 'wire', 'procs', 'perform', 'observe', 'events', 'answer', 'figures', 'bare'] as const;

/** Files that differ from release to release, by the minor release from which each one is used, newest first. */
const BY_MINOR = [
  { name: 'go', froms: [20, 19, 16, 13, 10, 9] },
  { name: 'cycle', froms: [12, 11, 9] },
  { name: 'counters', froms: [16, 9] },
  { name: 'tiny', froms: [17, 16] },
  { name: 'determinism', froms: [10, 9] },
  { name: 'snapshot', froms: [10, 9] },
  { name: 'metrics', froms: [16, 9] },
  { name: 'pages', froms: [16, 14, 12, 9] },
  { name: 'books', froms: [19, 16, 9] },
  { name: 'allmetrics', froms: [16, 9] },
] as const;

/** Returns pairs of what a part is called and the file it comes from. */
function partsFor(toolchain: Toolchain): readonly (readonly [string, string])[] {
  const byMinor = BY_MINOR.flatMap(({ name, froms }) => {
    const from = froms.find((first) => toolchain.minor >= first);
    return from === undefined ? [] : [[name, `${name}1.${from}`] as const];
  });
  const ahead = toolchain.minor >= 17 ? 'ahead1.17' : 'ahead1.16';
  const hasSizeClassPackage = existsSync(join(toolchain.goroot, 'src', 'internal', 'runtime', 'gc', 'sizeclasses.go'));
  const knownIssues = new Set(knownBugsOf(toolchain.version).map(({ issue }) => issue));
  const isScanCounted = toolchain.minor >= 21 && !knownIssues.has(62477);
  return [
    ...EVERY_RELEASE.map((name) => [name, name] as const),
    ...byMinor,
    ...(toolchain.minor >= 16 ? [['ahead', ahead] as const] : []),
    ['classes', hasSizeClassPackage ? 'classes1.26' : 'classes1.9'],
    ['freegc', hasFreegc(toolchain) ? 'freegc1.26' : 'freegc1.9'],
    ['gcpercent', knownIssues.has(22023) ? 'gcpercent1.9' : 'gcpercent1.9.2'],
    ['scannable', isScanCounted ? 'scannable1.21' : 'scannable1.16'],
  ];
}

/** The Go sources lie beside this file in the checkout. Compiled, this file lies in dist/, and they stay where they are. */
function driverDir(): string {
  const beside = join(__dirname, 'driver');
  return existsSync(beside) ? beside : join(__dirname, '..', '..', '..', 'systems', 'go', 'driver');
}
