type Growable = Uint8Array | Int32Array | Float64Array;

/** The array with room for `index`, at least twice as long as it was; what it held stays. */
export function growArray<T extends Growable>(array: T, index: number): T {
  const larger = new (array.constructor as new (length: number) => T)(Math.max(array.length * 2, index + 1));
  larger.set(array);
  return larger;
}
