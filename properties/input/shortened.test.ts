import { expect, test } from 'vitest';
import { shortened } from './shortened';

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['a𐀀', 3, 'a𐀀'],
  ['a𐀀bc', 3, 'a…'],
  ['a𐀀bc', 4, 'a𐀀…'],
])('%s in %i', (text, length, expected) => {
  expect(shortened(text, length)).toBe(expected);
});
