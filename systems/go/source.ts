/** The files of src/runtime as the user wants them: some replaced by another file, some edited. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyEdit, type Edit } from '../edits';
import { didYouMean } from '../../properties/input/didYouMean';
import { EnvironmentError } from '../../properties/input/environmentError';
import { ioReason, isIoError } from './ioError';
import type { Toolchain } from './toolchain';

/** An edit and the place it comes from, as a message names it: `fault.json: edits[0]`. */
export interface PlacedEdit extends Edit {
  readonly place?: string;
}

export interface SourceOptions {
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  readonly edits?: readonly PlacedEdit[] | undefined;
}

/** A file of src/runtime with its new text. */
export interface ChangedFile {
  readonly text: string;
  /** The place that each of its lines comes from, as a message names it. */
  readonly origins: readonly string[];
}

/** Returns the changed files by name. */
export async function changedSource(
  { goroot }: Toolchain,
  options: SourceOptions,
): Promise<ReadonlyMap<string, ChangedFile>> {
  const { replace = new Map<string, string>(), edits = [] } = options;
  const changed = new Map<string, ChangedFile>();
  for (const [file, path] of replace) {
    pathOf(goroot, file, `--replace ${file}`);
    changed.set(file, unchanged(await textOf(resolve(path), `--replace ${file}`), path));
  }
  for (const [i, edit] of edits.entries()) {
    const { file, place = `edits[${i}]` } = edit;
    const path = pathOf(goroot, file, `${place}.file`);
    changed.set(file, edited(changed.get(file) ?? unchanged(await textOf(path, place), path), edit, place));
  }
  return changed;
}

/** Returns the new texts alone. */
export function textsOf(changed: ReadonlyMap<string, ChangedFile>): ReadonlyMap<string, string> {
  return new Map([...changed].map(([file, { text }]) => [file, text]));
}

function unchanged(text: string, path: string): ChangedFile {
  return { text, origins: text.split('\n').map((_, i) => `${path}:${i + 1}`) };
}

function edited({ text, origins }: ChangedFile, edit: PlacedEdit, place: string): ChangedFile {
  const after = applyEdit(text, edit, place);
  const at = text.indexOf(edit.find);
  const first = lineBreaks(text.slice(0, at));
  const last = first + lineBreaks(edit.find);
  const lines = edit.replace.split('\n');
  const own = lines.map((_, i) => (lines.length === 1 ? `${place}.replace` : `${place}.replace, line ${i + 1}`));
  // The line that a replacement breaks off is still the one it was.
  if (lines.at(-1) === '') own.splice(-1, 1, origins[last] ?? place);
  return { text: after, origins: [...origins.slice(0, first), ...own, ...origins.slice(last + 1)] };
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

function pathOf(goroot: string, file: string, place: string): string {
  const runtime = join(goroot, 'src', 'runtime');
  const path = join(runtime, file);
  if (/^[\w.-]+\.(go|s)$/.test(file) && existsSync(path)) return path;
  const files = readdirSync(runtime).filter((name) => /\.(go|s)$/.test(name) && !name.endsWith('_test.go'));
  throw new EnvironmentError(
    `${place}: ${JSON.stringify(file)} is not a file of ${runtime}${didYouMean(file, files) || '; name one like mcache.go'}`,
  );
}

function textOf(path: string, place: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new EnvironmentError(`${place}: ${path}: ${isIoError(error) ? ioReason(error) : String(error)}`);
  });
}
