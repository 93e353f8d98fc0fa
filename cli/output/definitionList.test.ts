import { expect, test } from 'vitest';
import { definitionList, wrap } from './definitionList';

test('texts stand in a column of their own and fit 80 columns', () => {
  const text = 'word '.repeat(40).trim();
  const lines = definitionList([
    ['a', text],
    ['longer', 'short'],
  ]).split('\n');
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines.slice(0, 2).map((line) => line.slice(0, 12))).toEqual(['a       word', '        word']);
  expect(lines.at(-1)).toBe('longer  short');
});

test('a name that is too wide has a line of its own', () => {
  const name = 'x'.repeat(40);
  expect(
    definitionList([
      [name, 'text'],
      ['ab', 'c'],
    ]),
  ).toBe(`${name}\n    text\nab  c`);
});

test('a word that is wider than a line is broken, and none is lost', () => {
  expect(wrap('ab cdefgh i', 3)).toEqual(['ab', 'cde', 'fgh', 'i']);
  expect(wrap('', 3)).toEqual(['']);
});
