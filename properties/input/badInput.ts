import { shortened } from './shortened';

/**
 * Thrown when the input is wrong and not the program: a file, an option, a command line. The message is one line that names
 * the thing, the place and the way out, so it can be printed as it is. Line breaks, terminal escapes and bidirectional
 * marks from the input are shown escaped.
 */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';

  constructor(message: string) {
    super(oneLine(message));
  }
}

/** Returns the text with every character that would break the line or steer a terminal written as an escape. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Returns a value of the input as a message shows it: short, on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? quoted(value, 40) : String(value);
}

/** Returns the text in quotes, cut to its first `length` characters. */
export function quoted(text: string, length: number): string {
  return text.length <= length ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, length))}…`;
}

/** Returns a key of the input as a message shows it, cut to 60 characters. */
export function keyText(key: string): string {
  return shortened(key, 61);
}
