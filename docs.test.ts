import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'docs/trust.md'];

/** Folders that are not in this repository: Go's, and the one that a run makes. */
const ELSEWHERE = ['src/runtime', '.spancheck/'];

test.each(PAGES)('every file and folder that %s names is there', (page) => {
  const names = [...readFileSync(page, 'utf8').matchAll(/`((?:[\w.-]+\/)+[\w.-]*|[\w.-]+\.(?:ts|md))`/g)]
    .map(([, name = '']) => name)
    .filter((name) => !ELSEWHERE.includes(name));
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});

test('every promise of docs/trust.md names tests that are there', () => {
  const promises = readFileSync('docs/trust.md', 'utf8')
    .split('\n')
    .filter((line) => / \| `[^|]*test\.ts`/.test(line));
  expect(promises.length).toBeGreaterThan(20);
  for (const promise of promises) {
    const tests = [...promise.matchAll(/`([^`]+\.test\.ts)`, "([^"]+)"/g)];
    expect(tests.length, promise).toBeGreaterThan(0);
    for (const [, path = '', title = ''] of tests)
      expect(readFileSync(path, 'utf8').includes(title), `${path}: ${title}`).toBe(true);
  }
});

/** A name without a folder may stand for a file in any folder. */
function isThere(name: string): boolean {
  return name.includes('/') ? existsSync(name) : fileNames.has(name);
}

const fileNames = new Set(
  readdirSync('.', { withFileTypes: true })
    .filter(({ name }) => !['node_modules', 'dist', '.git'].includes(name))
    .flatMap((entry) => (entry.isDirectory() ? readdirSync(entry.name, { recursive: true }) : [entry.name]))
    .map((path) => basename(String(path))),
);
