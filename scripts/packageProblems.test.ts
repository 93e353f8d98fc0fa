import { expect, test } from 'vitest';
import { packageProblems } from './packageProblems';

const MAP = JSON.stringify({ version: 3, sources: ['../index.ts'], sourcesContent: ['export {};'], mappings: '' });

const SOUND = {
  'package.json': '{}',
  'dist/index.js': '"use strict";\n//# sourceMappingURL=index.js.map\n',
  'dist/index.js.map': MAP,
};

function problems(files: Readonly<Record<string, string>>): readonly string[] {
  return packageProblems(Object.keys(files), (path) => files[path] ?? '');
}

test('a sound package has no problem', () => {
  expect(problems(SOUND)).toEqual([]);
});

test.each([
  ['dist/bench/main.js', 'dist/bench/main.js: is internal'],
  ['dist/testing/planted.d.ts', 'dist/testing/planted.d.ts: is internal'],
  ['dist/model/mspan.test.js', 'dist/model/mspan.test.js: is internal'],
  ['dist/.tsbuildinfo/build', 'dist/.tsbuildinfo/build: is internal'],
  ['docs/spancheck.api.md', 'docs/spancheck.api.md: is internal'],
])('%s does not belong into the package', (path, problem) => {
  expect(problems({ ...SOUND, [path]: '' })).toEqual([expect.stringContaining(problem)]);
});

test.each([
  [{ 'dist/index.js': 'require("vitest");\n//# sourceMappingURL=index.js.map\n' }, 'requires vitest'],
  [{ 'dist/index.js': '"use strict";\n' }, 'has no source map'],
  [
    { 'dist/index.js': '//# sourceMappingURL=other.js.map\n' },
    'its source map dist/other.js.map is not in the package',
  ],
  [{ 'dist/index.js.map': JSON.stringify({ sources: ['../index.ts'] }) }, 'does not hold the text of ../index.ts'],
  [{ 'dist/index.js.map': JSON.stringify({ sources: ['a.ts'], sourcesContent: [null] }) }, 'the text of a.ts'],
])('a file that would not work for a user is named: %j', (files, problem) => {
  expect(problems({ ...SOUND, ...files })).toEqual([expect.stringContaining(problem)]);
});
