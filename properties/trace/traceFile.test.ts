import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInputError } from '../input/badInput';
import type { Command } from './command';
import { MAX_FILE_BYTES } from '../input/parseJson';
import { MAX_COMMANDS, formatTraceFile, parseTraceFile, type TraceFile } from './traceFile';

const HEAD = { spancheck: 'trace', version: 1, shape: { procs: 2 }, commands: [] };
const VALID: TraceFile = { shape: { procs: 2 }, commands: [{ op: 'gcStart', p: 1 }] };

test('what is written is read back the same', () => {
  fc.assert(
    fc.property(files(), (file) => {
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

test('a byte order mark is passed over', () => {
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
  ['version', { ...HEAD, version: 2, later: 1 }, 'version: 2 is not a version that is read here (1)'],
  ['version of digits', { ...HEAD, version: '1' }, 'version: "1" is not a version that is read here (1)'],
  ['no shape', { spancheck: 'trace', version: 1, commands: [] }, 'shape: is missing; it is an object'],
  ['no commands', { spancheck: 'trace', version: 1, shape: { procs: 1 } }, 'commands: is missing; it is an array'],
  ['procs 0', { ...HEAD, shape: { procs: 0 } }, 'shape.procs: 0 is not a number of Ps (1 to 128)'],
  ['procs of digits', { ...HEAD, shape: { procs: '2' } }, 'shape.procs: "2" is not a number of Ps (1 to 128)'],
  [
    'reads that are no truth',
    { ...HEAD, shape: { procs: 1, readsEachStep: 1 } },
    'shape.readsEachStep: 1 is not true or false',
  ],
  ['key of shape', { ...HEAD, shape: { procs: 1, heap: 1 } }, 'shape.heap: unknown key'],
  ['unknown key', { ...HEAD, comands: [] }, 'comands: unknown key; did you mean commands?'],
  ['seed', { ...HEAD, seed: 1.5 }, 'seed: 1.5 is not a whole number'],
  ['checks', { ...HEAD, checks: ['a', 1] }, 'checks[1]: 1 is not a string'],
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
])('no JSON %#', (text, message) => {
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
    'trace.json: plant.more.0.__proto__: is not a key that a file may have',
  );
  expect(at('"commands":[{"__proto__":{"op":"readMemStats"}}]}')).toBe(
    'trace.json: commands[0].op: nothing is not a command',
  );
});

test('what is nested deep is refused wherever it stands', () => {
  const deep = '['.repeat(50_000) + ']'.repeat(50_000);
  const at = (text: string): string =>
    problem(`{"spancheck":"trace","version":1,"shape":{"procs":1},${text}}`) ?? 'read';
  expect(at(`"commands":[],"plant":{"name":"x","edits":[],"more":${deep}}`)).toMatch(
    /^trace\.json: plant\.more\.0\.0.*: nested too deep \(32 levels at the most\)$/,
  );
  expect(at(`"commands":${deep}`)).toBe('trace.json: commands[0]: an array is not a command ({"op":…})');
  expect(at(`"commands":[{"op":${deep}}]`)).toBe('trace.json: commands[0].op: an array is not a command');
});

test('what is too large is refused', () => {
  expect(problem(' '.repeat(MAX_FILE_BYTES + 1))).toBe(
    'trace.json: too large: 67108865 characters (67108864 at the most)',
  );
  const commands = Array.from({ length: MAX_COMMANDS + 1 }, () => 0);
  expect(problem(JSON.stringify({ ...HEAD, commands }))).toBe(
    'trace.json: commands: 1000001 are too many (1000000 at the most)',
  );
});

test('a file that was damaged anywhere is read, or refused in one line', () => {
  fc.assert(
    fc.property(files(), damages(), (file, damage) => {
      const text = damage(formatTraceFile(file));
      const message = problem(text);
      if (message === undefined) {
        const read = parseTraceFile(text, 'trace.json');
        expect(parseTraceFile(formatTraceFile(read), 'trace.json')).toEqual(read);
      } else {
        expect(message).toMatch(/^trace\.json: [^\n\r\u2028\u2029\u001b]+$/u);
      }
    }),
    { numRuns: 3000 },
  );
});

/** What `parseTraceFile` says against the text; any other error than BadInputError goes through. */
function problem(text: string): string | undefined {
  try {
    parseTraceFile(text, 'trace.json');
    return undefined;
  } catch (error) {
    if (error instanceof BadInputError) return error.message;
    throw error;
  }
}

function longFile(): TraceFile {
  return { ...VALID, commands: Array.from({ length: 100 }, () => ({ op: 'gcStart', p: 1 })) };
}

/** Files with every optional part there or not, and any text in them. */
function files(): fc.Arbitrary<TraceFile> {
  const text = fc.string({ unit: 'binary', maxLength: 12 });
  const whole = fc.nat(1000);
  const edit = fc.record({ file: text, find: text, replace: text });
  const plant = fc.record(
    { name: text, edits: fc.array(edit, { maxLength: 2 }), origin: text, text, more: fc.constant({ a: [1] }) },
    { requiredKeys: ['name', 'edits'] },
  );
  const figure = fc.oneof(
    fc.double({ noDefaultInfinity: true }).map((x) => x + 0),
    whole,
  );
  const drift = fc.record(
    { counter: text, expected: figure, actual: figure, class: whole, p: whole, span: whole },
    { requiredKeys: ['counter', 'expected', 'actual'] },
  );
  const failure = fc.record({
    step: fc.constant(0),
    check: text,
    signature: text,
    message: text,
    drifts: fc.array(drift, { maxLength: 2 }),
  });
  const replaced = fc.record({ file: text, path: text, sha256: text });
  const runtime = fc.record(
    { release: text, toolchain: text, goroot: text, replace: fc.array(replaced, { maxLength: 2 }) },
    { requiredKeys: [] },
  );
  const optional = fc.record(
    { system: text, seed: fc.integer(), checks: fc.array(text), plant: fc.option(plant), runtime, failure, note: text },
    { requiredKeys: [] },
  );
  return fc.tuple(traces(), optional).map(([trace, rest]) => ({ ...trace, ...rest }));
}

/** Traces whose commands refer only to what is in play, drawn from plain numbers. */
function traces(): fc.Arbitrary<TraceFile> {
  const prng = fc.tuple(fc.nat(11), fc.nat(), fc.nat());
  return fc
    .tuple(fc.integer({ min: 1, max: 128 }), fc.array(prng, { minLength: 1, maxLength: 30 }))
    .map(([procs, throws]) => {
      const live = { objects: [] as number[], born: [] as number[], stacks: [] as number[], procs };
      return { shape: { procs }, commands: throws.map(([kind, a, b], i) => draw(kind, a, b, 3 * i + 1, live)) };
    });
}

function draw(
  kind: number,
  a: number,
  b: number,
  name: number,
  live: { objects: number[]; born: number[]; stacks: number[]; procs: number },
): Command {
  const p = a % live.procs;
  const sizeclass = (b % 66) + 1;
  const smallAlloc = (): Command => {
    live.objects.push(name);
    live.born.push(name);
    return { op: 'smallAlloc', p, class: sizeclass, count: (a % 2048) + 1, name };
  };
  const [object] = live.objects.splice(a % (live.objects.length || 1), kind === 3 ? 1 : 0);
  const [dead] = live.stacks.splice(a % (live.stacks.length || 1), kind === 11 ? 1 : 0);
  if (kind === 1 || kind === 2) {
    live.objects.push(name);
    live.born.push(name);
  }
  switch (kind) {
    case 1:
      return { op: 'tinyAlloc', p, size: b % 16, name };
    case 2:
      return { op: 'largeAlloc', p, size: 32769 + b, name };
    case 3:
      return object === undefined ? smallAlloc() : { op: 'free', object };
    case 4:
      return { op: 'cacheSpan', p, class: sizeclass };
    case 5:
      return { op: 'uncacheSpan', p, class: sizeclass };
    case 6:
      return live.born.length === 0 ? smallAlloc() : { op: 'sweepSpan', p, object: live.born[b % live.born.length] };
    case 7:
      return { op: 'gcStart', p };
    case 8:
      return { op: 'readMemStats' };
    case 9:
      live.procs = (b % 128) + 1;
      return { op: 'setProcs', procs: live.procs };
    case 10:
      live.stacks.push(name);
      return { op: 'allocStack', pages: (b % 131072) + 1, name };
    case 11:
      return dead === undefined ? smallAlloc() : { op: 'freeStack', stack: dead };
    default:
      return smallAlloc();
  }
}

/** Ways to damage a text: bytes lost, cut, put in, tokens changed or swapped. */
function damages(): fc.Arbitrary<(text: string) => string> {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const token = fc.constantFrom(
    'null',
    '[]',
    '{}',
    '-1',
    '1e999',
    '"5"',
    'NaN',
    '1.5',
    'true',
    '"free"',
    '"__proto__"',
    '"\u001b[31m\u2028"',
    '99999999999999999999',
  );
  return fc.oneof(
    fc.tuple(at, fc.nat(5)).map(([where, length]) => (text: string) => {
      const i = Math.floor(where * text.length);
      return text.slice(0, i) + text.slice(i + length + 1);
    }),
    at.map((where) => (text: string) => text.slice(0, Math.floor(where * text.length))),
    fc.tuple(at, fc.string({ unit: 'binary', maxLength: 3 })).map(([where, put]) => (text: string) => {
      const i = Math.floor(where * text.length);
      return text.slice(0, i) + put + text.slice(i);
    }),
    fc.tuple(at, token).map(
      ([where, put]) =>
        (text: string) =>
          replaceToken(text, where, () => put),
    ),
    fc.tuple(at, at).map(([where, other]) => (text: string) => {
      const tokens = text.match(TOKEN) ?? [];
      return replaceToken(text, where, () => tokens[Math.floor(other * tokens.length)]);
    }),
  );
}

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;

function replaceToken(text: string, where: number, put: () => string): string {
  const chosen = Math.floor(where * (text.match(TOKEN)?.length ?? 0));
  let i = 0;
  return text.replace(TOKEN, (token) => (i++ === chosen ? put() : token));
}
