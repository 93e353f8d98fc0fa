/**
 * The input is wrong, not the program: a file, an option, a command line. The message is one line that names
 * the thing, the place and the way out, so that it can be printed as it is; whatever the input smuggles into
 * it (line breaks, terminal escapes) is shown escaped.
 */
export class BadInputError extends Error {
  override readonly name = 'BadInputError';

  constructor(message: string) {
    super(oneLine(message));
  }
}

/** The text with every character that would break the line, or steer a terminal, written as an escape. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A value of the input as a message shows it: short, and never more than a line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? quoted(value, 40) : String(value);
}

/** The text in quotes, cut to its first `length` characters. */
export function quoted(text: string, length: number): string {
  return text.length <= length ? JSON.stringify(text) : `${JSON.stringify(text.slice(0, length))}…`;
}
