/** Returns the element at `index`; throws a `RangeError` where the array has none, which is a programmer's error. */
export function at<T>(array: ArrayLike<T>, index: number): T {
  const element = array[index];
  if (element === undefined) throw new RangeError(`no element at ${index} of ${array.length}`);
  return element;
}
