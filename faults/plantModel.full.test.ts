import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks/checks';
import { BadInputError } from '../properties/input/badInput';
import { runSuite } from '../properties/suite';
import { modelSystem } from '../systems/model';
import { plantModel } from './plantModel';

const IN_COMMAND = { file: 'mcentral.ts', find: 'h.nmalloc[sizeclass] -= n;' };
const AT_TOP_LEVEL = { file: 'throw.ts', find: '/** Ends the command' };

function plant(edit: { readonly file: string; readonly find: string }, replace: string) {
  return plantModel({ name: 'planted', edits: [{ ...edit, replace }] });
}

function refusal(edit: { readonly file: string; readonly find: string }, replace: string): string {
  try {
    plant(edit, replace);
    return 'planted';
  } catch (error) {
    expect(error).toBeInstanceOf(BadInputError);
    return (error as Error).message;
  }
}

test.each<[string, string, string, RegExp]>([
  ['an object', 'throw { toString() { throw 1; } };', 'crash', /^an object without a text was thrown$/],
  ['a proxy', 'throw new Proxy(new Error("x"), { get() { throw 1; } });', 'crash', /^a proxy was thrown$/],
  ['undefined', 'throw undefined;', 'crash', /^undefined was thrown, which is no Error$/],
  ['an array of an invalid size', 'new Array(-1);', 'crash', /^Invalid array length$/],
  ['a typed array of an invalid size', 'new Float64Array(-1);', 'crash', /^Invalid typed array length: -1$/],
  ['process', 'process.exit(0);', 'crash', /Cannot read properties of undefined/],
  ['globalThis', 'globalThis.process.abort();', 'crash', /Cannot read properties of undefined/],
  ['a timer', 'setTimeout(() => { throw 1; });', 'crash', /is not a function/],
  ['a promise', 'Promise.reject(new Error("x"));', 'crash', /Cannot read properties of undefined/],
  ['an import', 'require("fs").rmSync("x");', 'crash', /fs cannot be imported; only files of model\/ can/],
  ['recursion', 'const f = (): number => f() + 1; f();', 'crash', /Maximum call stack/],
  ['while', 'while (true) {}', 'hang', /did not end/],
  ['for', 'for (;;) {}', 'hang', /did not end/],
  ['do', 'do {} while (true);', 'hang', /did not end/],
  [
    'for-of',
    'for (const _ of { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) }) {}',
    'hang',
    /did not end/,
  ],
  [
    'for-in',
    'const o = "x".repeat(20).split(""); for (const a in o) for (const b in o) for (const c in o) for (const d in o) for (const e in o) for (const f in o) ;',
    'hang',
    /did not end/,
  ],
  [
    'an iterator',
    'Math.max(...{ [Symbol.iterator]() { return { next: () => ({ done: false, value: 1 }) }; } });',
    'hang',
    /did not end/,
  ],
])('%s in a command fails the trace', { timeout: 60_000 }, async (_, replace, check, message) => {
  const system = modelSystem(plant(IN_COMMAND, replace));
  const { found } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 20, maxCommands: 100 });
  expect(found?.failure.check).toBe(check);
  expect(found?.failure.message).toMatch(message);
});

test.each<[string, string, RegExp]>([
  ['throw', 'throw new Error("boom");', /^planted: throw\.ts: the edited text cannot be loaded: boom$/],
  ['throw undefined', 'throw undefined;', /cannot be loaded: undefined was thrown, which is no Error$/],
  ['a loop', 'for (;;) {}', /cannot be loaded: a loop did not end in 20000000 rounds$/],
  [
    'a loop that is not counted',
    'Array.from({ length: 2 ** 32 - 2 }, Math.random).sort();',
    /cannot be loaded: .*(timed out|memory|length)/,
  ],
  ['await', 'await 1;', /^throw\.ts: the edited text does not compile: await is only valid in async functions/],
  ['a syntax error', 'const = 3;', /^throw\.ts: the edited text does not compile: Variable declaration expected/],
  [
    'an import',
    'import { readFileSync } from "node:fs"; readFileSync("x");',
    /node:fs cannot be imported; only files of model\/ can$/,
  ],
  [
    'a path',
    'import { VERBS } from "./../cli/main"; VERBS();',
    /\.\/\.\.\/cli\/main cannot be imported; only files of model\/ can$/,
  ],
])('%s at the top level is refused in one line', { timeout: 60_000 }, (_, replace, message) => {
  expect(refusal(AT_TOP_LEVEL, `${replace} /** Ends the command`)).toMatch(message);
});

test.each<[string, string, string, string, RegExp]>([
  ['without its export', 'allocator.ts', 'export const allocator', 'const allocator', /does not export allocator$/],
  [
    'with null for its export',
    'allocator.ts',
    '} as const;',
    '} as const; exports.allocator = null;',
    /does not export allocator$/,
  ],
  [
    'without a function',
    'allocator.ts',
    '  refill,\n  release,',
    '  refill,',
    /the edited model has no function release$/,
  ],
  [
    'with null for a function',
    'mcache.ts',
    'export function release(',
    'exports.release = null; function release(',
    /the edited model has no function release$/,
  ],
  [
    'without a heap',
    'mheap.ts',
    'export function newHeap(',
    'export function newHeap(_: number): Heap { return null!; }\nfunction unused(',
    /newHeap of the edited model returns no heap$/,
  ],
])('a model %s is refused', (_, file, find, replace, message) => {
  expect(refusal({ file, find }, replace)).toMatch(message);
});
