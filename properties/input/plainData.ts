/** Bounds on data that passes through a file with keys that nobody here knows, such as the notes of a fault. */
import type { Fail } from './parseJson';
import { shortened } from './shortened';

/** Levels of nesting. */
export const MAX_DEPTH = 32;

/** Values in all: numbers, strings, arrays, objects. */
export const MAX_VALUES = 100_000;

/** Characters of a place in a message. */
const MAX_PLACE_LENGTH = 60;

/**
 * Calls `fail` if the value is nested too deep or has too many parts to be written back, or has a key that would reach a
 * prototype. `place` names the value in the file; it is empty for the whole file.
 */
export function checkPlainData(value: unknown, place: string, fail: Fail): void {
  let values = 0;
  const check = (inner: unknown, at: string, depth: number): void => {
    if (++values > MAX_VALUES) fail(place, `has too many values (${MAX_VALUES} at most)`);
    if (typeof inner !== 'object' || inner === null) return;
    if (depth > MAX_DEPTH) fail(cut(at), `nested too deep (${MAX_DEPTH} levels at most)`);
    if (Array.isArray(inner)) {
      for (const [i, element] of inner.entries()) check(element, `${at}[${i}]`, depth + 1);
      return;
    }
    for (const key in inner) {
      const innerPlace = at === '' ? key : `${at}.${key}`;
      if (key === '__proto__') fail(cut(innerPlace), 'is not a key that a file may have');
      check((inner as Readonly<Record<string, unknown>>)[key], innerPlace, depth + 1);
    }
  };
  check(value, place, 1);
}

function cut(place: string): string {
  return shortened(place, MAX_PLACE_LENGTH + 1);
}
