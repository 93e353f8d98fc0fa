/** Parses JSON from a file of any origin. */
import { jsonErrorPosition } from './jsonErrorPosition';

/** The largest file that is read: twice the longest trace file, so that refusing a file takes neither long nor much memory. */
export const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** Throws an error that names the place in the file and the problem there. */
export type Fail = (place: string, problem: string) => never;

/** Returns the value of a JSON text, or calls `fail` with the line and column at which the text stops being JSON. */
export function parseJson(text: string, fail: Fail, maxBytes = MAX_FILE_BYTES): unknown {
  if (text.length > maxBytes) fail('', `too large: ${count(text.length)} characters (${count(maxBytes)} at most)`);
  // Editors on Windows put a byte order mark in front; RFC 8259 lets a reader ignore it.
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch {
    const { at, found } = jsonErrorPosition(json) ?? { at: 0, found: 'text' };
    if (found === 'end') return fail('', `not JSON: unexpected end after ${count(at)} characters (truncated?)`);
    const before = json.slice(0, at);
    const line = before.split('\n').length;
    return fail(
      '',
      `not JSON: unexpected ${JSON.stringify(found)} at line ${line}, column ${at - before.lastIndexOf('\n')}`,
    );
  }
}

function count(characters: number): string {
  return characters.toLocaleString('en-US');
}
