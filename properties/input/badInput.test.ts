import { expect, test } from 'vitest';
import { BadInputError, oneLine, quoted, shown } from './badInput';

test.each([
  ['two\nlines', 'two\\u000alines'],
  ['tab\there', 'tab\\u0009here'],
  ['\u001b[31mred', '\\u001b[31mred'],
  ['left \u202e right', 'left \\u202e right'],
  ['\u{e0041}', '\\u{e0041}'],
  ['half \ud800', 'half \\ud800'],
  ['plain – ü', 'plain – ü'],
])('%j is shown on one line', (text, line) => {
  expect(oneLine(text)).toBe(line);
  expect(new BadInputError(text).message).toBe(line);
});

test.each([
  [undefined, 'nothing'],
  [[1], 'an array'],
  [{}, 'an object'],
  [null, 'null'],
  [1.5, '1.5'],
  ['word', '"word"'],
  ['w'.repeat(41), `"${'w'.repeat(40)}"…`],
])('%j is shown short', (value, text) => {
  expect(shown(value)).toBe(text);
});

test('a text is cut inside its quotes', () => {
  expect(quoted('abcdef', 3)).toBe('"abc"…');
});
