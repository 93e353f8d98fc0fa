import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { hangingProgram } from '../../testing/hangingProgram';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();
const CORPUS = join(packageRoot(), 'corpus', 'uncache-span-adds.json');

test('a failing trace is explained: exit 1', () => {
  const { status, stdout } = folder.run(['explain', CORPUS]);
  expect(status).toBe(1);
  expect(stdout).toContain('corrupts, detected at once');
  expect(stdout).toContain('No failing trace of fewer commands exists');
});

test('a trace that holds is nothing to explain: exit 0', () => {
  const { status, stdout } = folder.run(['explain', CORPUS, '--no-plant']);
  expect([status, stdout]).toEqual([0, `${CORPUS}: the trace holds; there is nothing to explain\n`]);
});

test('a system that hangs obeys --time and Ctrl-C', async () => {
  const { words } = hangingProgram(folder.path);
  const timed = folder.run(['explain', ...words, '--time', '1s']);
  expect(timed.status).toBe(2);
  expect(timed.stdout).toBe('hang.json: the time is up before the trace came to its end; there is no verdict\n');
  const { hangs } = hangingProgram(folder.path);
  const { status, stdout } = await folder.interrupt(['explain', ...words], hangs);
  expect(status).toBe(130);
  expect(stdout).toBe('hang.json: interrupted before the trace came to its end; there is no verdict\n');
});

test('an explanation that takes too long leaves the failure: exit 1', () => {
  const commands = Array.from({ length: 2000 }, () => ({ op: 'readMemStats' }));
  const plant = {
    name: 'slow-read',
    edits: [{ file: 'mcentral.ts', find: 'h.nmalloc[sizeclass] -= n;', replace: 'h.nmalloc[sizeclass] += n;' }],
  };
  const births = [
    { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 },
    { op: 'uncacheSpan', p: 0, class: 1 },
  ];
  const file = { spancheck: 'trace', version: 1, shape: { procs: 1 }, commands: [...commands, ...births], plant };
  writeFileSync(join(folder.path, 'long.json'), JSON.stringify(file));
  const { status, stdout } = folder.run(['explain', 'long.json', '--time', '6s']);
  expect(status).toBe(1);
  expect(stdout).toContain('← here');
  expect(stdout).toContain('the time is up before the explanation was complete');
});

test('names of a file reach the terminal escaped', () => {
  const path = join(folder.path, 'escapes\u001b[2J.json');
  writeFileSync(path, '{"spancheck":"trace","version":1,"shape":{"procs":1},"commands":[]}');
  const { status, stdout } = folder.run(['explain', path]);
  expect(status).toBe(0);
  expect(stdout).toContain('escapes\\u001b[2J.json');
  expect(stdout).not.toContain('\u001b');
});
