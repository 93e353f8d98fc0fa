import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { readCatalogue, readEquivalents } from '../faults/catalogue';

// When one of these fails, run `npm run docs:faults`.

test('docs/faults.md has every fault of the catalogue and no other', () => {
  const doc = read('docs', 'faults.md');
  const rows = [...doc.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(readCatalogue().map(({ name }) => name));
  const listed = readEquivalents().filter(
    ({ name, because = '' }) => doc.includes(`- \`${name}\`: `) && doc.includes(because.slice(1)),
  );
  expect(listed).toEqual(readEquivalents());
});

test('every fault of the table is killed with every seed', () => {
  const counts = [...read('docs', 'faults.md').matchAll(/ (\d+)\/(\d+) \|/g)];
  expect(counts.filter(([, killed, seeds]) => killed !== seeds)).toEqual([]);
});

test('a fault that a suite which reads after every step does not see is marked in its file', () => {
  const hidden = [...read('docs', 'faults.md').matchAll(/^\| `([^`]+)` \|.*\| \*\*survives\*\* \|$/gm)].map(
    ([, name]) => name,
  );
  expect(hidden).toEqual(
    readCatalogue()
      .filter(({ hidesFromReads }) => hidesFromReads === true)
      .map(({ name }) => name),
  );
});

test("the README's block counts the faults that there are", () => {
  const readme = read('README.md');
  const block = readme.slice(readme.indexOf('<!-- kill table: begin -->'), readme.indexOf('<!-- kill table: end -->'));
  const count = readCatalogue().length;
  expect(block).toContain(`${count} of ${count} faults are killed`);
});

function read(...path: string[]): string {
  return readFileSync(join(packageRoot(), ...path), 'utf8');
}
