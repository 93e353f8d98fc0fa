/** The files of src/runtime as the user wants them: some replaced by another file, some edited. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyEdits, type Edit } from '../../faults/fault';
import { EnvironmentError } from '../environmentError';
import type { Toolchain } from './toolchain';

export interface SourceOptions {
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  readonly edits?: readonly Edit[] | undefined;
}

/** New text by file of src/runtime. */
export async function changedSource({ goroot }: Toolchain, options: SourceOptions): Promise<ReadonlyMap<string, string>> {
  const { replace = new Map<string, string>(), edits = [] } = options;
  const changed = new Map<string, string>();
  for (const [file, path] of replace) {
    pathOf(goroot, file);
    changed.set(file, await textOf(resolve(path)));
  }
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const text = changed.get(file) ?? (await textOf(pathOf(goroot, file)));
    const place = join(goroot, 'src', 'runtime');
    changed.set(file, applyEdits(text, edits.filter((edit) => edit.file === file), place));
  }
  return changed;
}

function pathOf(goroot: string, file: string): string {
  const path = join(goroot, 'src', 'runtime', file);
  if (!/^[\w.-]+\.(go|s)$/.test(file) || !existsSync(path)) {
    throw new EnvironmentError(`go: ${JSON.stringify(file)} is not a file of ${join(goroot, 'src', 'runtime')}; name one like mcache.go`);
  }
  return path;
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new EnvironmentError(`go: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  });
}
