type Growable = Uint8Array | Int32Array | Float64Array;

/** Returns a copy of the array that has room for `index` and is at least twice as long. */
export function growArray<T extends Growable>(array: T, index: number): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(array.length * 2, index + 1));
  larger.set(array);
  return larger;
}
