/** JSON from a file that comes from anywhere: parsed, or one line on where it stops being JSON. */
import { jsonErrorPosition } from './jsonErrorPosition';

/** Size of a file, at the most: what `JSON.parse` takes a second for. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/** Ends the reading of a file: the place in it, and what is wrong there. */
export type Fail = (place: string, problem: string) => never;

export function parseJson(text: string, fail: Fail): unknown {
  if (text.length > MAX_FILE_BYTES) fail('', `too large: ${text.length} characters (${MAX_FILE_BYTES} at the most)`);
  // Editors on Windows put a byte order mark in front; RFC 8259 lets a reader ignore it.
  const json = text.startsWith('\ufeff') ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch {
    const { at, found } = jsonErrorPosition(json) ?? { at: 0, found: 'what is no JSON' };
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
