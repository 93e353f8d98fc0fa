import { expect, test } from 'vitest';
import { BadInputError } from '../properties/input/badInput';
import { MAX_FAULT_BYTES } from '../properties/trace/faultSchema';
import { parseFaultFile } from './faultFile';

const EDIT = { file: 'mcentral.ts', find: 'a', replace: 'b' };
const FAULT = { name: 'x', edits: [EDIT] };

test('a fault is read with what is noted about it, and with keys that are not known here', () => {
  const noted = { ...FAULT, origin: 'here', text: 'there', kind: 'sign', seenBy: ['R'], hidesFromReads: true, more: 1 };
  expect(parseFaultFile(JSON.stringify(noted), 'f.json')).toEqual(noted);
  expect(parseFaultFile(`\ufeff${JSON.stringify(FAULT)}`, 'f.json')).toEqual({ ...FAULT, origin: '', text: '' });
});

test.each<[unknown, string]>([
  [[], 'f.json: an array is not a fault ({"name":…,"edits":[{"file":…,"find":…,"replace":…}]})'],
  [null, 'f.json: null is not a fault ({"name":…,"edits":[{"file":…,"find":…,"replace":…}]})'],
  [{ edits: [EDIT] }, 'f.json: name: is missing; it is a string'],
  [{ ...FAULT, name: 'a b' }, 'f.json: name: "a b" is not a name (letters, digits, ".", "-", "_" and "+")'],
  [{ name: 'x' }, 'f.json: edits: is missing; it is an array'],
  [{ name: 'x', edits: [] }, 'f.json: edits: is empty; a fault has at least one edit {"file":…,"find":…,"replace":…}'],
  [
    { name: 'x', edits: [{ ...EDIT, find: '' }] },
    'f.json: edits[0].find: is empty; it is the text to replace, which stands in the file once',
  ],
  [{ name: 'x', edits: [{ ...EDIT, file: '' }] }, 'f.json: edits[0].file: is empty; it is a path such as mcentral.ts'],
  [{ name: 'x', edits: [EDIT, { ...EDIT, replace: 1 }] }, 'f.json: edits[1].replace: 1 is not a string'],
  [{ name: 'x', edits: [{ ...EDIT, relpace: '' }] }, 'f.json: edits[0].relpace: unknown key; did you mean replace?'],
  [
    { ...FAULT, kind: 'wrong' },
    'f.json: kind: "wrong" is not one of sign, operand, class, P, omission, doubling, moment, list',
  ],
  [{ ...FAULT, hidesFromReads: 'yes' }, 'f.json: hidesFromReads: "yes" is not true or false'],
])('what is no fault is refused in one line: %j', (value, message) => {
  expect(() => parseFaultFile(JSON.stringify(value), 'f.json')).toThrow(new BadInputError(message));
});

test('what is no JSON is refused with the place', () => {
  expect(() => parseFaultFile('{"name": "x",', 'f.json')).toThrow(
    new BadInputError('f.json: not JSON: unexpected end after 13 characters (truncated?)'),
  );
});

test.each([
  [
    'deep',
    `{"name":"x","edits":[],"more":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    /nested too deep \(32 levels/,
  ],
  [
    'as deep as no trace file may be',
    `{"name":"x","edits":[],"more":${'['.repeat(40)}${']'.repeat(40)}}`,
    /nested too deep/,
  ],
  ['wide', `{"name":"x","edits":[],"more":[${'0,'.repeat(200_000)}0]}`, /has too many values/],
  ['large', ' '.repeat(MAX_FAULT_BYTES + 1), /too large: 1,048,577 characters/],
])('a fault that is too %s is refused in one line', (_, text, message) => {
  expect(() => parseFaultFile(text, 'fault.json')).toThrow(message);
});
