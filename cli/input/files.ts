/** Files as the command line meets them: read whole or refused in one line, written whole or not at all. */
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic = require('write-file-atomic');
import { BadInputError } from '../../properties/input/badInput';
import { MAX_FILE_BYTES } from '../../properties/input/parseJson';

/** The text of a file; `BadInputError` if there is none, or it is too large, or no text. */
export async function readTextFile(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new BadInputError(`${path}: not a text file in UTF-8`);
  }
}

/**
 * Writes the file under another name, then renames it, so that at any moment the name stands for the last
 * whole file. Makes the folder. A kill in the middle may leave the other file, `<path>.<number>`, behind.
 */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, text);
  } catch (error) {
    throw new BadInputError(`${path}: cannot be written: ${reason(error)}`);
  }
}

/** Stops after the limit, not at the end: what is no regular file may have no end. */
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
  if (length > MAX_FILE_BYTES)
    throw new BadInputError(`${path}: too large (${MAX_FILE_BYTES / 2 ** 20} MiB at the most)`);
  return Buffer.concat(chunks);
}

function reason(error: unknown): string {
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
};
