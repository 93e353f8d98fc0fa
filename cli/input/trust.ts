/**
 * What a trace file may run. Its commands are data, but its plant is source code, its system may be a command line, and
 * its runtime may be files of this machine. A file can come from anywhere, so none of these runs unless the suite
 * ships it or the user's own command line names it. See docs/trust.md.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../packageRoot';
import type { RecordedRuntime, TraceFile } from '../../properties/trace/traceFile';
import type { Edit } from '../../systems/edits';
import { printable } from '../output/printable';
import { shellWord } from '../output/shellWord';

/** A file wants to run what nobody has vouched for. The lines show it, and what to type to run it all the same. */
export class UntrustedFileError extends Error {
  override readonly name = 'UntrustedFileError';

  constructor(
    /** The refusal in one line. */
    message: string,
    /** What would run. */
    readonly lines: readonly string[],
    /** Words to add to the command line. */
    readonly way: string,
  ) {
    super(printable(message));
  }
}

/** Parts of the file that the command line replaces, or that the user trusts. */
export interface TrustOptions {
  /** Trusts the plant and the runtime of the file: `--trust-plant`. */
  readonly trustsPlant: boolean;
  readonly hasOwnPlant: boolean;
  readonly hasOwnSystem: boolean;
  readonly hasOwnRuntime: boolean;
}

/** Throws `UntrustedFileError` if the file would run something that neither the suite nor the user vouches for. */
export function requireTrust(path: string, file: TraceFile, options: TrustOptions): void {
  const { system = 'model', plant, runtime } = file;
  if (!options.hasOwnSystem && system.startsWith('exec:')) {
    throw new UntrustedFileError(
      `${path}: names a program to run, and a file is not trusted to do that`,
      [`  ${bounded(system.slice('exec:'.length))}`],
      `--system ${shellWord(printable(system))}`,
    );
  }
  if (options.trustsPlant) return;
  if (plant && !options.hasOwnPlant && !isShipped(plant)) {
    throw new UntrustedFileError(
      `${path}: plants code that spancheck does not ship, and a file is not trusted to do that`,
      editLines(plant.edits),
      '--trust-plant',
    );
  }
  if (runtime !== undefined && !options.hasOwnRuntime && usesPaths(runtime)) {
    throw new UntrustedFileError(
      `${path}: runs Go from files of this machine, and a file is not trusted to choose them`,
      runtimeLines(runtime),
      '--trust-plant',
    );
  }
}

/** Whether a fault is one of the package, byte for byte, or several of them planted together. */
export function isShipped({ name, edits }: { readonly name: string; readonly edits: readonly Edit[] }): boolean {
  const shipped = shippedEdits();
  if (shipped.get(name)?.has(keyOf(edits)) === true) return true;
  // Several faults are planted as one: their names are joined by "+", and their edits follow one another.
  let rest = edits;
  for (const part of name.split('+')) {
    const own = [...(shipped.get(part)?.values() ?? [])].find((candidate) => startsWith(rest, candidate));
    if (own === undefined) return false;
    rest = rest.slice(own.length);
  }
  return rest.length === 0;
}

type EditsByKey = ReadonlyMap<string, readonly Edit[]>;

let shippedCache: ReadonlyMap<string, EditsByKey> | undefined;

/** Every fault of the package by name: one name may have different edits for different releases of Go. */
function shippedEdits(): ReadonlyMap<string, EditsByKey> {
  if (shippedCache !== undefined) return shippedCache;
  const shipped = new Map<string, Map<string, readonly Edit[]>>();
  for (const file of jsonFilesBelow(join(packageRoot(), 'faults'))) {
    const fault = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; edits?: unknown };
    if (typeof fault.name !== 'string' || !Array.isArray(fault.edits)) continue;
    const edits = fault.edits as readonly Edit[];
    const known = shipped.get(fault.name) ?? new Map<string, readonly Edit[]>();
    shipped.set(fault.name, known.set(keyOf(edits), edits));
  }
  return (shippedCache = shipped);
}

function jsonFilesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function keyOf(edits: readonly Edit[]): string {
  return JSON.stringify(edits.map(({ file, find, replace }) => [file, find, replace]));
}

function startsWith(edits: readonly Edit[], first: readonly Edit[]): boolean {
  return edits.length >= first.length && keyOf(edits.slice(0, first.length)) === keyOf(first);
}

function usesPaths({ goroot, replace = [] }: RecordedRuntime): boolean {
  return goroot !== undefined || replace.length > 0;
}

function runtimeLines({ goroot, replace = [] }: RecordedRuntime): readonly string[] {
  const lines = goroot === undefined ? [] : [`  --goroot ${bounded(goroot)}`];
  return [...lines, ...replace.map(({ file, path }) => `  --replace ${bounded(`${file}=${path}`)}`)].slice(
    0,
    MAX_LINES,
  );
}

function editLines(edits: readonly Edit[]): readonly string[] {
  const lines = edits.flatMap(({ file, find, replace }) => [
    `  ${bounded(file)}`,
    ...find.split('\n').map((line) => `    - ${bounded(line)}`),
    ...replace.split('\n').map((line) => `    + ${bounded(line)}`),
  ]);
  if (lines.length <= MAX_LINES) return lines;
  return [
    ...lines.slice(0, MAX_LINES),
    `  … ${lines.length - MAX_LINES} more lines are not shown: read the file itself`,
  ];
}

/** A line of a stranger's file: escaped, and cut with a word that says so. */
function bounded(line: string): string {
  const text = printable(line).replaceAll('\n', '\\u000a');
  if (text.length <= MAX_WIDTH) return text;
  return `${text.slice(0, MAX_WIDTH)} … ${text.length - MAX_WIDTH} more characters are not shown: read the file itself`;
}

const MAX_LINES = 100;
const MAX_WIDTH = 500;
