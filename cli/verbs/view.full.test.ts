import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();
const CORPUS = join(packageRoot(), 'corpus', 'uncache-span-adds.json');

test('a page of a failing trace: exit 1, and its name is printed', () => {
  const { status, stdout } = folder.run(['view', CORPUS, '--out', 'page.html']);
  expect([status, stdout]).toEqual([1, 'page.html\n']);
  expect(readFileSync(join(folder.path, 'page.html'), 'utf8')).toContain('Content-Security-Policy');
});

test('a page of a trace that holds: exit 0', () => {
  const { status, stdout } = folder.run(['view', CORPUS, '--no-plant', '--out', 'holds.html', '--no-open']);
  expect([status, stdout]).toEqual([0, 'holds.html\n']);
});

test('run, explain and interleave write pages, too', () => {
  const canary = join(packageRoot(), 'faults', 'canary.json');
  const words = ['run', '--system', 'model', '--seed', '7', '--plant', canary, '--html', 'pages'];
  const { status, stderr } = folder.run(words);
  expect(status).toBe(1);
  expect(stderr).toMatch(/pages\/model-canary-rescan-7-\w+\.html\n/);
  folder.run(['explain', CORPUS, '--no-certify', '--html', 'explained.html']);
  folder.run(['interleave', '--slip', 'pair-in-two-windows', '--html', 'lanes.html']);
  expect(['explained.html', 'lanes.html'].filter((name) => existsSync(join(folder.path, name)))).toHaveLength(2);
});

test('a page of all interleavings is refused: exit 2', () => {
  const { status, stderr } = folder.run(['interleave', '--html', 'all.html']);
  expect([status, stderr]).toEqual([2, 'spancheck: --html shows one execution; name a slip with --slip\n']);
});
