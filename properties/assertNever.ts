/** Throws where a switch has met a value that its cases do not know; the compiler proves that there is none. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected value: ${JSON.stringify(value)}`);
}
