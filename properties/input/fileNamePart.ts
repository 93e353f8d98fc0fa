/** Turns names that come from a file or a command line into parts of file names. */
import { createHash } from 'node:crypto';

/** Characters of a part: several parts, a suffix and a folder must fit into the 255 bytes that file systems allow. */
const MAX_LENGTH = 64;

const HASH_LENGTH = 8;

/**
 * Returns `name` as a part of a file name: only letters, digits, `.`, `_`, `+` and `-`, no leading dot, at most 64
 * characters. If anything had to change, the part ends with a hash of the name, so that different names stay different.
 */
export function fileNamePart(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._+-]+/g, '-').replace(/^\.+/, '');
  if (safe === name && name.length <= MAX_LENGTH && name !== '') return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH);
  return `${safe.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}-${hash}`;
}
