import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInputError } from '../../properties/input/badInput';
import { splitCommandLine } from './commandLine';

test.each([
  ['a', ['a']],
  ['  a   b\tc ', ['a', 'b', 'c']],
  ["python3 'my slab.py' --x", ['python3', 'my slab.py', '--x']],
  ['a "b \\"c\\" \\\\ \\n" d', ['a', 'b "c" \\ \\n', 'd']],
  ["a 'b\\' c", ['a', 'b\\', 'c']],
  ['a b\\ c', ['a', 'b c']],
  ['a"b"\'c\'d', ['abcd']],
  ['a \'\' ""', ['a', '', '']],
  ['a $HOME *', ['a', '$HOME', '*']],
])('%s', (line, words) => {
  expect(splitCommandLine(line)).toEqual(words);
});

test('quoted words come back unchanged', () => {
  const words = fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }).filter(([first]) => first !== '');
  fc.assert(
    fc.property(words, (all) => {
      const single = all.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
      const double = all.map((word) => `"${word.replace(/["\\]/g, '\\$&')}"`).join(' ');
      expect(splitCommandLine(single)).toEqual(all);
      expect(splitCommandLine(double)).toEqual(all);
    }),
  );
});

test.each([
  ['a "b', 'exec: "a \\"b": the quote at character 3 is not closed'],
  ['a\\', 'exec: "a\\\\" ends in a backslash with nothing after it'],
  ['  ', 'exec: no program is named; write exec:CMD, as in exec:"python3 slab.py"'],
  ['"" a', 'exec: no program is named; write exec:CMD, as in exec:"python3 slab.py"'],
])('%j is refused', (line, message) => {
  expect(() => splitCommandLine(line)).toThrow(new BadInputError(message));
});
