/** The documents for contributors name files, functions and npm scripts. A name that no longer exists fails here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';

const DOCUMENTS = [
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'README.md',
  'SECURITY.md',
  'docs/trust.md',
  'docs/protocol.md',
];

/** Written by npm or by the build, so a fresh clone has none of it. */
const GENERATED = /^(node_modules|dist|coverage|\.spancheck)\//;

const FILE_NAMES = new Set(
  readdirSync(packageRoot(), { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('node_modules'))
    .map((path) => basename(path)),
);

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(packageRoot(), document), 'utf8');

  test('links to files that exist', () => {
    const missing = linkedPaths(text).filter((path) => !exists(posix.join(posix.dirname(document), path)));
    expect(missing).toEqual([]);
  });

  test('names files and folders that exist', () => {
    expect(namedPaths(text).filter((path) => !exists(path))).toEqual([]);
  });

  test('names source files by names that some file has', () => {
    expect(namedFiles(text).filter((name) => !FILE_NAMES.has(name))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { scripts: object };
    const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

test('every row of "Where is …" names a function that its file declares', () => {
  const rows = readFileSync(join(packageRoot(), 'ARCHITECTURE.md'), 'utf8').matchAll(/\| `([\w/.]+\.ts)`, `(\w+)`/g);
  const declared = [...rows].map(([, file = '', name = '']) => [
    name,
    new RegExp(`\\b(function\\*?|class|const) ${name}\\b`).test(readFileSync(join(packageRoot(), file), 'utf8')),
  ]);
  expect(declared.length).toBeGreaterThan(1);
  expect(declared.filter(([, isDeclared]) => isDeclared !== true)).toEqual([]);
});

test('a link and a name of a file that is gone are noticed', () => {
  expect(linkedPaths('see [x](gone/x.ts) and [y](https://go.dev/x.ts)')).toEqual(['gone/x.ts']);
  expect(namedPaths('in `gone/` and `gone/x.ts`, but not `a/b c`')).toEqual(['gone/', 'gone/x.ts']);
  expect(namedFiles('in `gone.ts` and `a/x.ts`')).toEqual(['gone.ts']);
});

test('every promise of docs/trust.md names tests that are there', () => {
  const promises = readFileSync(join(packageRoot(), 'docs/trust.md'), 'utf8')
    .split('\n')
    .filter((line) => / \| `[^|]*test\.ts`/.test(line));
  expect(promises.length).toBeGreaterThan(20);
  for (const promise of promises) {
    const tests = [...promise.matchAll(/`([^`]+\.test\.ts)`, "([^"]+)"/g)];
    if (tests.length === 0) throw new Error(`no test: ${promise}`);
    for (const [, path = '', title = ''] of tests)
      expect(readFileSync(join(packageRoot(), path), 'utf8')).toContain(title);
  }
});

/** Returns the targets of the relative links of a Markdown text. */
function linkedPaths(text: string): readonly string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)/g)].map(([, path = '']) => path).filter((path) => !/^[a-z]+:/.test(path));
}

/** Returns each path in backticks: one with a slash that ends in a slash or in the ending of a source file. */
function namedPaths(text: string): readonly string[] {
  return [...text.matchAll(/`((?:[\w.-]+\/)+(?:[\w.-]+\.(?:ts|mts|md|json|txt|py))?)`/g)].map(([, path = '']) => path);
}

/** Returns each bare name of a source file in backticks. */
function namedFiles(text: string): readonly string[] {
  return [...text.matchAll(/`([\w.-]+\.(?:ts|mts|go\.txt))`/g)].map(([, name = '']) => name);
}

function exists(path: string): boolean {
  return GENERATED.test(path) || existsSync(join(packageRoot(), path));
}
