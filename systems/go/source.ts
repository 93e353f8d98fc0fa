/** The files of src/runtime as the user wants them: some replaced by another file, some edited. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyEdit, type Edit } from '../edits';
import { didYouMean } from '../../properties/input/didYouMean';
import { EnvironmentError } from '../../properties/input/environmentError';
import type { Toolchain } from './toolchain';

/** An edit, with where it stands, as a message names it: `fault.json: edits[0]`. */
export interface PlacedEdit extends Edit {
  readonly place?: string;
}

export interface SourceOptions {
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  readonly edits?: readonly PlacedEdit[] | undefined;
}

/** New text by file of src/runtime. */
export async function changedSource(
  { goroot }: Toolchain,
  options: SourceOptions,
): Promise<ReadonlyMap<string, string>> {
  const { replace = new Map<string, string>(), edits = [] } = options;
  const changed = new Map<string, string>();
  for (const [file, path] of replace) {
    pathOf(goroot, file, `--replace ${file}`);
    changed.set(file, await textOf(resolve(path), `--replace ${file}`));
  }
  for (const [i, edit] of edits.entries()) {
    const { file, place = `edits[${i}]` } = edit;
    const text = changed.get(file) ?? (await textOf(pathOf(goroot, file, `${place}.file`), place));
    changed.set(file, applyEdit(text, edit, place));
  }
  return changed;
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
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      { ENOENT: 'no such file', EISDIR: 'is a directory, not a file', EACCES: 'permission denied' }[code ?? ''] ??
      message;
    throw new EnvironmentError(`${place}: ${path}: ${reason}`);
  });
}
