/** Reads and writes whole files; what cannot be read or written is refused in one line. */
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic = require('write-file-atomic');
import { BadInputError } from '../../properties/input/badInput';
import { MAX_FILE_BYTES } from '../../properties/input/parseJson';

/** Returns the text of a file. Throws `BadInputError` if the file is missing, too large or not UTF-8. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadInputError(`${path}: not a text file in UTF-8`);
  }
}

/**
 * Writes a file under a temporary name and renames it, so a reader finds the old text or the new one, never a part.
 * Makes the folder. A kill in the middle may leave `<path>.<number>` behind.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new BadInputError(`${path}: cannot be written: ${reason(error)}`);
  }
}

/** Makes a folder and its parents. Node's own recursive `mkdir` never returns below /proc or a deleted folder. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const parent = dirname(folder);
    if (code === 'ENOENT' && parent !== folder && !(await isFolder(parent))) {
      await makeFolder(parent);
      await mkdir(folder);
    } else if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}

/** Reads up to the limit, since a device or a pipe may never end. */
async function readBytes(path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of createReadStream(path, { end: MAX_FILE_BYTES })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new BadInputError(`${path}: ${reason(error)}`);
  }
  if (length > MAX_FILE_BYTES) throw new BadInputError(`${path}: too large (${MAX_FILE_BYTES / 2 ** 20} MiB at most)`);
  return Buffer.concat(chunks);
}

/** Returns an error of the file system in words. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code !== undefined && REASONS[code]) || message;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory, not a file',
  EACCES: 'permission denied',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'a part of the path is not a directory',
  ENOSPC: 'no space left on the device',
  EROFS: 'the file system is read-only',
  EPERM: 'operation not permitted',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the symbolic links have no end',
};
