import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();
const CORPUS = join(packageRoot(), 'corpus', 'uncache-span-adds.json');

test.each(['vitest', 'fast-check', 'markdown'])('export --to %s writes to standard output or a file', (kind) => {
  const { status, stdout } = folder.run(['export', CORPUS, '--to', kind]);
  expect(status).toBe(0);
  expect(stdout).toContain('uncacheSpan');
  expect(folder.run(['export', CORPUS, '--to', kind, '--out', `out/${kind}`]).status).toBe(0);
  expect(readFileSync(join(folder.path, 'out', kind), 'utf8')).toBe(stdout);
});

test('marks that reorder or hide text are escapes in an exported source', () => {
  const file = JSON.parse(readFileSync(CORPUS, 'utf8')) as { failure?: object };
  const failure = { step: 0, check: 'rescan', signature: '', message: 'left\u202eright\u0007', drifts: [] };
  writeFileSync(join(folder.path, 'bidi.json'), JSON.stringify({ ...file, failure }));
  const { status, stdout } = folder.run(['export', 'bidi.json', '--to', 'vitest']);
  expect(status).toBe(0);
  expect(stdout).toContain('left\\u202eright\\u0007');
});
