import { expect, test } from 'vitest';
import { growArray } from './growArray';

test.each([new Uint8Array([1, 2]), new Int32Array([-1, 2]), new Float64Array([0.5, 2])])(
  'a larger array of the same type keeps what it held: %o',
  (array) => {
    const larger = growArray(array, 2);
    expect(larger.constructor).toBe(array.constructor);
    expect([...larger]).toEqual([...array, 0, 0]);
  },
);

test('it has room for an index that is far away', () => {
  expect(growArray(new Int32Array(2), 9)).toHaveLength(10);
});
