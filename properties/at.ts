/** Returns the element at `index`; throws a `RangeError` if there is none, which is a programming error. */
export function at<T>(array: ArrayLike<T>, index: number): T {
  const element = array[index];
  if (element === undefined) throw new RangeError(`no element at ${index} of ${array.length}`);
  return element;
}
