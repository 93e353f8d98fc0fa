/**
 * Text on its way out. Names, messages and paths may come from a stranger's file or from a program under test, so
 * characters that steer a terminal or reorder text are written as escapes before they reach one.
 */

/** Returns the text with each control, formatting or bidirectional character escaped; line feeds stay. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** Returns a copy of plain data in which every string is one printable line. */
export function printableStrings<T>(value: T): T;
export function printableStrings(value: unknown): unknown {
  if (typeof value === 'string') return printable(value).replaceAll('\n', '\\u000a');
  if (Array.isArray(value)) return value.map((element: unknown) => printableStrings(element));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printableStrings(inner)]));
}

/** Returns the JSON of a value; its strings parse to what they were, but none can steer a terminal. */
export function printableJson(value: unknown): string {
  return escapeSource(JSON.stringify(value, null, 2));
}

/** Escapes a source text in JSON, TypeScript or Go: a string literal keeps its value, a comment stays a comment. */
export function escapeSource(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === '\t' ? character : Array.from({ length: character.length }, (_, i) => unit(character, i)).join(''),
  );
}

/** Controls but the line feed, formatting characters (bidirectional marks are of them), line ends, lone surrogates. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unit(character, 0);
}

function unit(text: string, index: number): string {
  return `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
