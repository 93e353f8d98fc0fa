import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import { BadInputError } from '../../properties/input/badInput';
import { at } from '../../properties/at';
import { checkList, collect, replacements, seconds, seedValue, traceCounts, wholeNumber } from './optionParsers';

test.each([
  ['1', 1],
  ['007', 7],
  ['1_000', 1000],
])('wholeNumber reads %s', (word, value) => {
  expect(wholeNumber(1, 1000)(word)).toBe(value);
});

test.each(['0', '1001', '-1', '1.5', '1e2', '', '_', 'NaN', '0x10', ' 1'])('wholeNumber refuses %j', (word) => {
  expect(() => wholeNumber(1, 1000)(word)).toThrow(
    new InvalidArgumentError('It must be a whole number from 1 to 1000.'),
  );
});

test.each([
  ['0', 0],
  ['-2147483648', -2147483648],
  ['2147483647', 2147483647],
])('seedValue reads %s', (word, value) => {
  expect(seedValue(word)).toBe(value);
});

test.each(['2147483648', '-2147483649', '1.5', '', 'x', '1_000', '0x1', '+1'])('seedValue refuses %j', (word) => {
  expect(() => seedValue(word)).toThrow(InvalidArgumentError);
});

test.each([
  ['30s', 30],
  ['5m', 300],
  ['2h', 7200],
  ['1.5', 1.5],
  ['0.5m', 30],
])('seconds reads %s', (word, value) => {
  expect(seconds(word)).toBe(value);
});

test.each(['', 's', '-1s', '1d', '1 s', '.5', '1e3', 'Infinity'])('seconds refuses %j', (word) => {
  expect(() => seconds(word)).toThrow(new InvalidArgumentError('It must be a time such as 30s, 5m or 1h.'));
});

test('traceCounts reads one number, or one for each job', () => {
  expect(traceCounts(100)('37')).toEqual([37]);
  expect(traceCounts(100)('37,41,1_00')).toEqual([37, 41, 100]);
  for (const word of ['', '37,', '0', '101,1']) expect(() => traceCounts(100)(word)).toThrow(InvalidArgumentError);
});

test('collect keeps the order, and starts anew after false', () => {
  expect(collect('b', collect('a'))).toEqual(['a', 'b']);
  expect(collect('a', false)).toEqual(['a']);
});

test('replacements maps files to paths', () => {
  expect(replacements()).toBeUndefined();
  expect(replacements(['a.go=./a.go', 'b.go=x=y'])).toEqual(
    new Map([
      ['a.go', './a.go'],
      ['b.go', 'x=y'],
    ]),
  );
});

test.each(['a.go', '=a.go', 'a.go=', ''])('replacements refuses %j', (word) => {
  expect(() => replacements([word])).toThrow(BadInputError);
});

test('checkList returns checks in the order of CHECKS', () => {
  const [first, second] = [at(CHECKS, 0), at(CHECKS, 1)];
  expect(checkList(`${second.name},${first.name}`)).toEqual([first, second]);
});

test.each([
  ['rescam', 'rescam is not a check; did you mean rescan?'],
  ['', ' is not a check'],
  ['rescan,', ' is not a check'],
])('checkList refuses %j', (word, message) => {
  expect(() => checkList(word)).toThrow(message);
});
