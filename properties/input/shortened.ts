/** Returns the text, or its beginning and an ellipsis if it is longer; no character is cut in two. */
export function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(HALF_AT_END, '')}…`;
}

/** The first half of a surrogate pair. */
const HALF_AT_END = /[\ud800-\udbff]$/;
