/**
 * The place at which a text stops being JSON. `JSON.parse` words its errors differently from one version of Node to the
 * next, often without the place.
 */
export interface JsonErrorPosition {
  /** Index of the first character that cannot be, or the length of the text if more was to come. */
  readonly at: number;
  /** The character found there, or `end`. */
  readonly found: string;
}

/**
 * Returns the first place at which the text cannot be JSON, or undefined if it is JSON. Iterative, so that no text is too
 * deep.
 */
export function jsonErrorPosition(text: string): JsonErrorPosition | undefined {
  const open: string[] = [];
  let state: State = 'value';
  let at = 0;
  for (;;) {
    at = after(SPACE, text, at);
    if (state === 'done' && at === text.length) return undefined;
    const character = text[at];
    if (character === undefined) return { at, found: 'end' };
    if ((state === 'value' || state === 'first value') && (character === '{' || character === '[')) {
      open.push(character);
      at++;
      state = character === '{' ? 'first key' : 'first value';
    } else if (state === 'value' || (state === 'first value' && character !== ']')) {
      const end = character === '"' ? afterString(text, at) : after(WORD, text, at);
      if (typeof end !== 'number') return end;
      if (end === at) return scalarError(text, at);
      at = end;
      state = open.length === 0 ? 'done' : 'comma';
    } else if ((state === 'key' || state === 'first key') && character === '"') {
      const end = afterString(text, at);
      if (typeof end !== 'number') return end;
      at = end;
      state = 'colon';
    } else if (state === 'colon' && character === ':') {
      at++;
      state = 'value';
    } else if (state === 'comma' && character === ',') {
      at++;
      state = open.at(-1) === '{' ? 'key' : 'value';
    } else if (CLOSES[state]?.includes(character) && open.at(-1) === OPENED_BY[character]) {
      open.pop();
      at++;
      state = open.length === 0 ? 'done' : 'comma';
    } else {
      return isCut(text, at, /^(?:\.|[eE][+-]?)$/) && /\d/.test(text.charAt(at - 1)) ? cut(text) : errorAt(text, at);
    }
  }
}

/** The kind of token that may come next. */
type State = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'done';

const CLOSES: Partial<Record<State, string>> = { 'first value': ']', 'first key': '}', comma: ']}' };
const OPENED_BY: Record<string, string> = { ']': '[', '}': '{' };

const SPACE = /[ \t\n\r]*/y;
const WORD = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)?/y;
const CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))?/y;

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

/** Returns the end of the string that opens here, or the error in it. */
function afterString(text: string, open: number): number | JsonErrorPosition {
  let at = open + 1;
  for (;;) {
    at = after(CHARACTERS, text, at);
    if (text[at] === '"') return at + 1;
    const end = after(ESCAPE, text, at);
    if (end === at)
      return text.startsWith('\\', at) && isCut(text, at, /^\\(?:u[0-9a-fA-F]{0,3})?$/) ? cut(text) : errorAt(text, at);
    at = end;
  }
}

/** Returns the error at something that is neither a word nor a number, or only the beginning of one. */
function scalarError(text: string, at: number): JsonErrorPosition {
  return isCut(text, at, /^(?:-|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/) ? cut(text) : errorAt(text, at);
}

function isCut(text: string, at: number, beginning: RegExp): boolean {
  return text.length - at <= 6 && beginning.test(text.slice(at));
}

function cut(text: string): JsonErrorPosition {
  return { at: text.length, found: 'end' };
}

function errorAt(text: string, at: number): JsonErrorPosition {
  return at >= text.length ? cut(text) : { at, found: String.fromCodePoint(text.codePointAt(at) ?? 0) };
}
