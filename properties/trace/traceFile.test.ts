import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInputError } from '../input/badInput';
import { MAX_FAULT_BYTES } from './faultSchema';
import { MAX_FILE_BYTES } from '../input/parseJson';
import { damages, traceFiles } from '../../testing/traceFiles';
import { MAX_COMMANDS } from './command';
import { formatTraceFile, parseTraceFile, type TraceFile } from './traceFile';

const HEAD = { spancheck: 'trace', version: 1, shape: { procs: 2 }, commands: [] };
const VALID: TraceFile = { shape: { procs: 2 }, commands: [{ op: 'gcStart', p: 1 }] };

test('a written file is read back the same', () => {
  fc.assert(
    fc.property(traceFiles(), (file) => {
      const text = formatTraceFile(file);
      const read = parseTraceFile(text, 'trace.json');
      expect(read).toEqual(file);
      expect(formatTraceFile(read)).toBe(text);
    }),
    { numRuns: 500 },
  );
});

test('a file has one command a line, keys in a fixed order, and ends with a line break', () => {
  const file: TraceFile = {
    commands: [
      { name: 1, count: 3, class: 5, p: 0, op: 'smallAlloc' },
      { object: 1, op: 'free' },
    ],
    failure: {
      step: 1,
      check: 'rescan',
      signature: 's',
      message: 'm',
      drifts: [{ actual: 2, expected: Number.NaN, class: 5, counter: 'c' }],
    },
    shape: { procs: 2 },
    seed: -7,
    plant: null,
  };
  expect(parseTraceFile(formatTraceFile(file), 'trace.json')).toEqual(file);
  expect(formatTraceFile(file)).toBe(`{
  "spancheck": "trace",
  "version": 1,
  "seed": -7,
  "plant": null,
  "shape": {"procs":2},
  "failure": {"step":1,"check":"rescan","signature":"s","message":"m","drifts":[{"counter":"c","class":5,"expected":null,"actual":2}]},
  "commands": [
    {"op":"smallAlloc","p":0,"class":5,"count":3,"name":1},
    {"op":"free","object":1}
  ]
}
`);
});

test('a file keeps that objects have pointers', () => {
  const file: TraceFile = {
    shape: { procs: 1 },
    commands: [{ op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1, pointers: true }],
  };
  expect(parseTraceFile(formatTraceFile(file), 'trace.json')).toEqual(file);
});

test('a byte order mark is skipped', () => {
  const text = formatTraceFile(VALID);
  expect(parseTraceFile(`\ufeff${text}`, 'trace.json')).toEqual(VALID);
});

const birth = { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 };
const stack = { op: 'allocStack', pages: 1, name: 2 };

test.each<[string, unknown, string]>([
  ['class too large', [birth, { ...birth, class: 67, name: 3 }], 'commands[1].class: 67 is not a size class (1 to 66)'],
  ['class of digits', [{ ...birth, class: '5' }], 'commands[0].class: "5" is not a size class (1 to 66)'],
  ['class null', [{ ...birth, class: null }], 'commands[0].class: null is not a size class (1 to 66)'],
  ['class array', [{ ...birth, class: [1] }], 'commands[0].class: an array is not a size class (1 to 66)'],
  ['class fraction', [{ ...birth, class: 1.5 }], 'commands[0].class: 1.5 is not a size class (1 to 66)'],
  [
    'class missing',
    [{ op: 'smallAlloc', p: 0, count: 1, name: 1 }],
    'commands[0].class: is missing; it is a size class (1 to 66)',
  ],
  ['count', [{ ...birth, count: 65_537 }], 'commands[0].count: 65537 is not a count (1 to 65536)'],
  ['count 0', [{ ...birth, count: 0 }], 'commands[0].count: 0 is not a count (1 to 65536)'],
  ['p negative', [{ ...birth, p: -1 }], 'commands[0].p: -1 is not a P (0 to 127)'],
  ['p too large', [{ ...birth, p: 128 }], 'commands[0].p: 128 is not a P (0 to 127)'],
  ['p not there', [{ ...birth, p: 2 }], 'commands[0].p: 2 is not a P at this step (0 to 1)'],
  [
    'p gone',
    [
      { op: 'setProcs', procs: 1 },
      { ...birth, p: 1 },
    ],
    'commands[1].p: 1 is not a P at this step (0 to 0)',
  ],
  ['procs', [{ op: 'setProcs', procs: 129 }], 'commands[0].procs: 129 is not a number of Ps (1 to 128)'],
  [
    'tiny size',
    [{ op: 'tinyAlloc', p: 0, size: 16, name: 1 }],
    'commands[0].size: 16 is not a tiny size in bytes (0 to 15)',
  ],
  [
    'large size',
    [{ op: 'largeAlloc', p: 0, size: 32768, name: 1 }],
    'commands[0].size: 32768 is not a large size in bytes (32769 to 34359738368)',
  ],
  ['pages', [{ ...stack, pages: 131073 }], 'commands[0].pages: 131073 is not a number of pages (1 to 131072)'],
  ['name 0', [{ ...birth, name: 0 }], 'commands[0].name: 0 is not a name (1 to 1000000)'],
  ['born twice', [birth, { ...birth }], 'commands[1].name: 1 is born by an earlier command already'],
  ['never born', [{ op: 'free', object: 9 }], 'commands[0].object: 9 is not born by an earlier command'],
  [
    'freed twice',
    [birth, { op: 'free', object: 1 }, { op: 'free', object: 1 }],
    'commands[2].object: 1 is freed by an earlier command already',
  ],
  ['free of a stack', [stack, { op: 'free', object: 2 }], 'commands[1].object: 2 is a stack, not an object'],
  [
    'sweep of a stack',
    [stack, { op: 'sweepSpan', p: 0, object: 2 }],
    'commands[1].object: 2 is a stack, not an object',
  ],
  ['freeStack of an object', [birth, { op: 'freeStack', stack: 1 }], 'commands[1].stack: 1 is an object, not a stack'],
  [
    'stack freed twice',
    [stack, { op: 'freeStack', stack: 2 }, { op: 'freeStack', stack: 2 }],
    'commands[2].stack: 2 is freed by an earlier command already',
  ],
  ['typo in op', [{ op: 'smalAlloc' }], 'commands[0].op: "smalAlloc" is not a command; did you mean smallAlloc?'],
  ['op of Object', [{ op: 'toString' }], 'commands[0].op: "toString" is not a command'],
  ['op missing', [{}], 'commands[0].op: nothing is not a command'],
  ['command null', [null], 'commands[0]: null is not a command ({"op":…})'],
  ['command array', [[]], 'commands[0]: an array is not a command ({"op":…})'],
  [
    'unknown key',
    [{ ...birth, clas: 1 }],
    'commands[0].clas: unknown key; did you mean class?; smallAlloc has op, p, class, count, name, pointers',
  ],
  [
    'line break in a key',
    [{ ...birth, 'a\nb': 1 }],
    'commands[0].a\\u000ab: unknown key; smallAlloc has op, p, class, count, name, pointers',
  ],
  ['commands object', {}, 'commands: an object is not an array'],
])('commands: %s', (_, commands, message) => {
  expect(problem(JSON.stringify({ ...HEAD, commands }))).toBe(`trace.json: ${message}`);
});

test('the name of a freed object still says which span to sweep', () => {
  const commands = [birth, { op: 'free', object: 1 }, { op: 'sweepSpan', p: 0, object: 1 }];
  expect(problem(JSON.stringify({ ...HEAD, commands }))).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['null', null, 'null is not a trace file ({"spancheck":"trace","version":1,…})'],
  ['array', [], 'an array is not a trace file ({"spancheck":"trace","version":1,…})'],
  ['other file', { name: 'x' }, 'spancheck: nothing is not "trace"; is this a trace file?'],
  ['version', { ...HEAD, version: 2, later: 1 }, 'version: 2 is not a version that this release reads (1)'],
  ['version of digits', { ...HEAD, version: '1' }, 'version: "1" is not a version that this release reads (1)'],
  ['no shape', { spancheck: 'trace', version: 1, commands: [] }, 'shape: is missing; it is an object'],
  ['no commands', { spancheck: 'trace', version: 1, shape: { procs: 1 } }, 'commands: is missing; it is an array'],
  ['procs 0', { ...HEAD, shape: { procs: 0 } }, 'shape.procs: 0 is not a number of Ps (1 to 128)'],
  ['procs of digits', { ...HEAD, shape: { procs: '2' } }, 'shape.procs: "2" is not a number of Ps (1 to 128)'],
  [
    'reads that are no boolean',
    { ...HEAD, shape: { procs: 1, readsEachStep: 1 } },
    'shape.readsEachStep: 1 is not true or false',
  ],
  ['key of shape', { ...HEAD, shape: { procs: 1, heap: 1 } }, 'shape.heap: unknown key'],
  ['unknown key', { ...HEAD, comands: [] }, 'comands: unknown key; did you mean commands?'],
  ['seed', { ...HEAD, seed: 1.5 }, 'seed: 1.5 is not a whole number'],
  ['checks', { ...HEAD, checks: ['a', 1] }, 'checks[1]: 1 is not a string'],
  [
    'unknown check',
    { ...HEAD, checks: ['ledger', 'rescam'] },
    'checks[1]: "rescam" is not a check; did you mean rescan?; see spancheck list checks',
  ],
  [
    'plant that names a path',
    { ...HEAD, plant: { name: '../../evil/x', edits: [] } },
    'plant.name: "../../evil/x" is not a name (letters, digits, ".", "-", "_" and "+")',
  ],
  ['plant', { ...HEAD, plant: { name: 'x' } }, 'plant.edits: is missing; it is an array'],
  [
    'edit',
    { ...HEAD, plant: { name: 'x', edits: [{ file: 'a', find: 'b' }] } },
    'plant.edits[0].replace: is missing; it is a string',
  ],
  [
    'step',
    { ...HEAD, failure: { step: 5, check: 'c', signature: 's', message: 'm', drifts: [] } },
    'failure.step: 5 is not a step of 0 commands',
  ],
  [
    'step of digits',
    { ...HEAD, failure: { step: -1, check: 'c', signature: 's', message: 'm', drifts: [] } },
    'failure.step: -1 is not a whole number of 0 or more',
  ],
])('file: %s', (_, file, message) => {
  expect(problem(JSON.stringify(file))).toBe(`trace.json: ${message}`);
});

test.each([
  ['', 'not JSON: unexpected end after 0 characters (truncated?)'],
  [formatTraceFile(longFile()).slice(0, 1204), 'not JSON: unexpected end after 1,204 characters (truncated?)'],
  ['{\n  "a": 1,\n}', 'not JSON: unexpected "}" at line 3, column 1'],
  [`${formatTraceFile(VALID)}x`, 'not JSON: unexpected "x" at line 9, column 1'],
  ['['.repeat(100_000), 'not JSON: unexpected end after 100,000 characters (truncated?)'],
])('not JSON %#', (text, message) => {
  expect(problem(text)).toBe(`trace.json: ${message}`);
});

test('keys that would reach a prototype are refused wherever they stand', () => {
  const at = (text: string): string =>
    problem(`{"spancheck":"trace","version":1,"shape":{"procs":1},${text}`) ?? 'read';
  expect(at('"commands":[],"__proto__":{}}')).toBe('trace.json: __proto__: unknown key');
  expect(at('"commands":[{"op":"readMemStats","__proto__":{}}]}')).toBe(
    'trace.json: commands[0].__proto__: unknown key; readMemStats has op',
  );
  expect(at('"commands":[],"plant":{"name":"x","edits":[],"more":[{"__proto__":{}}]}}')).toBe(
    'trace.json: plant.more[0].__proto__: is not a key that a file may have',
  );
  expect(at('"commands":[{"__proto__":{"op":"readMemStats"}}]}')).toBe(
    'trace.json: commands[0].op: nothing is not a command',
  );
});

test('deep nesting is refused wherever it stands', () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  const at = (text: string): string =>
    problem(`{"spancheck":"trace","version":1,"shape":{"procs":1},${text}}`) ?? 'read';
  expect(at(`"commands":[],"plant":{"name":"x","edits":[],"more":${deep}}`)).toMatch(
    /^trace\.json: plant\.more\[0\]\[0\].*…: nested too deep \(32 levels at most\)$/,
  );
  expect(at(`"commands":${deep}`)).toBe('trace.json: commands[0]: an array is not a command ({"op":…})');
  expect(at(`"commands":[{"op":${deep}}]`)).toBe('trace.json: commands[0].op: an array is not a command');
});

test('a file that is too large is refused', () => {
  expect(problem(' '.repeat(MAX_FILE_BYTES + 1))).toBe(
    'trace.json: too large: 16,777,217 characters (16,777,216 at most)',
  );
  const commands = Array.from({ length: MAX_COMMANDS + 1 }, () => 0);
  expect(problem(JSON.stringify({ ...HEAD, commands }))).toBe(
    'trace.json: commands: 100,001 are too many (100,000 at most)',
  );
});

test.each([
  [
    'a million wrong checks',
    `"checks":[${'0,'.repeat(1_000_000)}0],"commands":[]`,
    /^trace.json: checks: has too many/,
  ],
  ['200,000 unknown keys', `"commands":[],${manyKeys(200_000)}`, /^trace.json: k0: unknown key$/],
  ['a key of a megabyte', `"commands":[],"${'k'.repeat(1_000_000)}":1`, /^trace.json: k{60}…: unknown key$/],
  ['a million commands', `"commands":[${'0,'.repeat(1_000_000)}0]`, /^trace.json: commands: 1,000,001 are too many/],
  [
    'a command of 200,000 keys',
    `"commands":[{"op":"gcStart",${manyKeys(200_000)}}]`,
    /^trace.json: commands\[0\].k0: /,
  ],
  ['wide notes of a fault', `"commands":[],"plant":{"more":[${'[],'.repeat(1_000_000)}[]]}`, /: plant: has too many/],
])('%s: refused in one short line', (_, keys, message) => {
  const text = problem(`{"spancheck":"trace","version":1,"shape":{"procs":1},${keys}}`);
  expect(text).toMatch(message);
  expect(text?.length).toBeLessThan(200);
});

test('the longest trace with the largest fault and all it can carry is read back', () => {
  const commands = Array.from({ length: MAX_COMMANDS }, (_, i): TraceFile['commands'][number] => ({
    op: 'smallAlloc',
    p: 127,
    class: 66,
    count: 65_536,
    name: 1_000_000 - i,
    pointers: true,
  }));
  const edit = { file: 'mcentral.ts', find: 'x'.repeat(MAX_FAULT_BYTES - 100), replace: '' };
  const drift = { counter: 'Mallocs', class: 66, expected: 1, actual: 2 };
  const failure = {
    step: 1,
    check: 'rescan',
    signature: 's',
    message: 'm',
    drifts: Array.from({ length: 50_000 }, () => drift),
  };
  const file: TraceFile = { shape: { procs: 128 }, commands, plant: { name: 'wide', edits: [edit] }, failure };
  const read = parseTraceFile(formatTraceFile(file), 'trace.json');
  expect(read.commands).toEqual(commands);
  expect(read.failure?.drifts).toHaveLength(1000);
});

test('a file that was damaged anywhere is read, or refused in one line', () => {
  fc.assert(
    fc.property(traceFiles(), damages(), (file, damage) => {
      const text = damage(formatTraceFile(file));
      const message = problem(text);
      if (message === undefined) {
        const read = parseTraceFile(text, 'trace.json');
        expect(parseTraceFile(formatTraceFile(read), 'trace.json')).toEqual(read);
      } else {
        expect(message).toMatch(/^trace\.json: [^\n\r\u2028\u2029\u001b]+$/u);
      }
    }),
    { numRuns: 500 },
  );
});

/** Returns the message with which `parseTraceFile` refuses the text; rethrows anything but a BadInputError. */
function problem(text: string): string | undefined {
  try {
    parseTraceFile(text, 'trace.json');
    return undefined;
  } catch (error) {
    if (error instanceof BadInputError) return error.message;
    throw error;
  }
}

function manyKeys(count: number): string {
  return Array.from({ length: count }, (_, i) => `"k${i}":0`).join(',');
}

function longFile(): TraceFile {
  return { ...VALID, commands: Array.from({ length: 100 }, () => ({ op: 'gcStart', p: 1 })) };
}
