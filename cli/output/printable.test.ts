import { expect, test } from 'vitest';
import { escapeSource, printable, printableJson, printableStrings } from './printable';

test.each([
  ['\u001b[31mred', '\\u001b[31mred'],
  ['a\rb', 'a\\u000db'],
  ['left\u202eright', 'left\\u202eright'],
  ['\u0085next', '\\u0085next'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['lone\ud800', 'lone\\ud800'],
])('printable escapes %j', (text, escaped) => {
  expect(printable(text)).toBe(escaped);
});

test('printable keeps line feeds and the letters of any language', () => {
  expect(printable('zwei\n– ü 漢字 😀')).toBe('zwei\n– ü 漢字 😀');
});

test('every string inside plain data becomes one printable line', () => {
  const value = { name: 'a\nb', list: ['\u001b', 1, undefined], nested: { deep: '\u202e', big: Number.NaN } };
  expect(printableStrings(value)).toEqual({
    name: 'a\\u000ab',
    list: ['\\u001b', 1, undefined],
    nested: { deep: '\\u202e', big: Number.NaN },
  });
});

test('printable JSON holds no control character and parses to the same strings', () => {
  const value = { text: 'a\u202e\u009b\u{e0041}\n\u007f' };
  const json = printableJson(value);
  expect(json).not.toMatch(/[\u007f-\u009f\u202e]/u);
  expect(JSON.parse(json)).toEqual(value);
});

test('an escaped source keeps tabs and line feeds and is the same program', () => {
  const source = `\tconst text = "a\u202eb";\n`;
  expect(escapeSource(source)).toBe('\tconst text = "a\\u202eb";\n');
});
