import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonErrorPosition } from './jsonErrorPosition';

test.each([
  ['', 0, 'end'],
  ['{"a": 1', 7, 'end'],
  ['{"a', 3, 'end'],
  ['{"a": tru', 9, 'end'],
  ['"\\u12', 5, 'end'],
  ['{"a": 1,}', 8, '}'],
  ['[1,]', 3, ']'],
  ['[1}', 2, '}'],
  ['{"a" 1}', 5, '1'],
  ['[01]', 2, '1'],
  ['[NaN]', 1, 'N'],
  ["{'a': 1}", 1, "'"],
  ['[1] x', 4, 'x'],
  ['["a\nb"]', 3, '\n'],
  ['["\\x"]', 2, '\\'],
])('%j is not JSON from %i on', (text, at, found) => {
  expect(jsonErrorPosition(text)).toEqual({ at, found });
});

test('a text has an error exactly if JSON.parse refuses it', () => {
  const pieces = fc.array(
    fc.constantFrom(
      ...Array.from('{}[],:"\\ -+.0123eEnulltruefals\n\u00a0'),
      '"a"',
      '"b":',
      'null',
      '1.5e3',
      '\\u00e9',
    ),
    { maxLength: 12 },
  );
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.nat(2), fc.constantFrom('', ...Array.from('{}[],:"\\0a ')))
    .map(
      ([text, at, drop, put]) =>
        text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + drop),
    );
  fc.assert(
    fc.property(
      fc.oneof(
        broken,
        pieces.map((p) => p.join('')),
      ),
      (text) => {
        expect(jsonErrorPosition(text) !== undefined).toBe(refuses(text));
      },
    ),
    { numRuns: 5000 },
  );
});

test('the error of a text that was cut off is its end', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), fc.nat(), (value, n) => {
      const text = JSON.stringify(value);
      const cut = text.slice(0, n % text.length);
      expect(jsonErrorPosition(cut)).toEqual({ at: cut.length, found: 'end' });
    }),
    { numRuns: 2000 },
  );
});

test('a text too deep for recursion is read', () => {
  expect(jsonErrorPosition('['.repeat(1_000_000))).toEqual({ at: 1_000_000, found: 'end' });
});

function refuses(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
