import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { hangingProgram } from '../../testing/hangingProgram';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();
const CANARY = join(packageRoot(), 'faults', 'canary.json');

const FAILING = [
  { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 },
  { op: 'uncacheSpan', p: 0, class: 1 },
];

function write(name: string, file: object): string {
  const path = join(folder.path, name);
  writeFileSync(path, JSON.stringify({ spancheck: 'trace', version: 1, shape: { procs: 1 }, ...file }));
  return path;
}

function canary(): object {
  const { name, edits } = JSON.parse(readFileSync(CANARY, 'utf8')) as { name: string; edits: object[] };
  return { name, edits };
}

test('a failure early in a long trace is shown with the commands around it', () => {
  const reads = Array.from({ length: 40 }, () => ({ op: 'readMemStats' }));
  write('early.json', { plant: canary(), commands: [...FAILING, ...reads] });
  const { status, stdout } = folder.run(['replay', 'early.json']);
  expect(status).toBe(1);
  expect(stdout).toMatch(/ 2 {2}P0 uncacheSpan class 1 {3}← here/);
  expect(stdout).toContain('…  30 commands after');
  write('middle.json', { plant: canary(), commands: [...reads, ...FAILING, ...reads] });
  const middle = folder.run(['replay', 'middle.json']).stdout;
  expect(middle).toContain('…  33 commands before');
  expect(middle).toContain('…  37 commands after');
  expect(middle).toContain('← here');
});

test('a file names the checks to evaluate, and the command line may name others', () => {
  write('checks.json', { plant: canary(), checks: ['cycle'], commands: FAILING });
  expect(folder.run(['replay', 'checks.json'])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('1 check'),
  });
  expect(folder.run(['replay', 'checks.json', '--checks', 'rescan']).status).toBe(1);
});

test('a broken trace file is refused with the place', () => {
  write('trace.json', { commands: [{ op: 'smallAlloc', p: 0, class: 67, count: 1, name: 1 }] });
  expect(folder.run(['replay', 'trace.json'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('commands[0].class: 67 is not a size class (1 to 66)') as string,
  });
});

test('a folder is replayed file by file, in the order of the names, with a summary', () => {
  const corpus = join(folder.path, 'corpus');
  mkdirSync(corpus);
  write('corpus/b-fails.json', { plant: canary(), commands: FAILING });
  write('corpus/a-holds.json', { commands: FAILING });
  const failing = folder.run(['replay', 'corpus']);
  expect(failing.status).toBe(1);
  expect(failing.stdout.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^corpus\/a-holds\.json: holds on model: 2 steps, /),
    expect.stringMatching(/^corpus\/b-fails\.json: fails on model: rescan: .*, at command 2$/),
    'corpus: 2 traces: 1 held, 1 failed',
  ]);
  writeFileSync(join(corpus, 'c-broken.json'), '{');
  expect(folder.run(['replay', 'corpus']).status).toBe(1);
  const unread = folder.run(['replay', 'corpus', '--no-plant', '--json']);
  expect(unread.status).toBe(2);
  expect(JSON.parse(unread.stdout)).toMatchObject({ traces: 3, held: 2, failed: 0, notRun: 1 });
});

test('a folder without traces is unusable', () => {
  mkdirSync(join(folder.path, 'empty'));
  expect(folder.run(['replay', 'empty'])).toMatchObject({
    status: 2,
    stderr: 'spancheck: empty: no *.json file in this folder\n',
  });
});

test("a stranger's plant is shown and refused; --trust-plant runs it", () => {
  const edit = {
    file: 'mcentral.ts',
    find: 'h.nmalloc[sizeclass] -= n;',
    replace: 'h.nmalloc[sizeclass] += n; // \u001b[2J',
  };
  write('stranger.json', { plant: { name: 'evil', edits: [edit] }, commands: FAILING });
  for (const verb of [['replay'], ['shrink'], ['explain'], ['export', '--to', 'vitest']]) {
    const { status, stdout, stderr } = folder.run([...verb, 'stranger.json']);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain('    + h.nmalloc[sizeclass] += n; // \\u001b[2J');
    expect(stderr).toContain(`  npx spancheck ${verb.join(' ')} stranger.json --trust-plant\n`);
  }
  expect(folder.run(['replay', 'stranger.json', '--trust-plant']).status).toBe(1);
  expect(folder.run(['replay', 'stranger.json', '--no-plant']).status).toBe(0);
  expect(folder.run(['replay', 'stranger.json', '--plant', CANARY]).status).toBe(1);
});

test("a stranger's program is shown and refused, even with --trust-plant", () => {
  write('program.json', { system: 'exec:touch evil', commands: [] });
  for (const words of [[], ['--trust-plant']]) {
    const { status, stderr } = folder.run(['replay', 'program.json', ...words]);
    expect(status).toBe(2);
    expect(stderr).toContain("--system 'exec:touch evil'\n");
  }
  expect(folder.shell('test ! -e evil').status).toBe(0);
});

test("a stranger's files of a runtime are shown and refused", () => {
  const replace = [{ file: 'mcache.go', path: '/nowhere/mcache.go', sha256: '00' }];
  write('runtime.json', { system: 'go', runtime: { replace }, commands: [] });
  const { status, stderr } = folder.run(['replay', 'runtime.json']);
  expect(status).toBe(2);
  expect(stderr).toContain('  --replace mcache.go=/nowhere/mcache.go\n');
  expect(folder.run(['replay', 'runtime.json', '--trust-plant'])).toMatchObject({
    status: 2,
    stderr:
      'spancheck: runtime.json: runtime.replace[0]: /nowhere/mcache.go: no such file; give the file with --replace mcache.go=PATH\n',
  });
});

test('a replaced file of a runtime that has changed since is refused', () => {
  const path = join(folder.path, 'mcache.go');
  writeFileSync(path, 'package runtime\n');
  write('changed.json', {
    system: 'go',
    runtime: { replace: [{ file: 'mcache.go', path, sha256: '00' }] },
    commands: [],
  });
  expect(folder.run(['replay', 'changed.json', '--trust-plant'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('mcache.go has changed since this trace failed with it') as string,
  });
});

test('a system that hangs obeys --time and Ctrl-C', async () => {
  const { words } = hangingProgram(folder.path);
  const timed = folder.run(['replay', ...words, '--time', '1s']);
  expect(timed.status).toBe(2);
  expect(timed.stdout).toContain('no verdict on exec:python3 hang.py: the time is up after 0 of 3 steps');
  const { hangs } = hangingProgram(folder.path);
  const { status, stdout } = await folder.interrupt(['replay', ...words], hangs);
  expect(status).toBe(130);
  expect(stdout).toContain('interrupted after 0 of 3 steps');
});

test('Ctrl-C ends the replay of a long trace on the model', async () => {
  // Twenty thousand spans, so that each of the reads takes long.
  const birth = { op: 'smallAlloc', p: 0, class: 66, count: 20_000, name: 1 };
  const commands = [birth, ...Array.from({ length: 50_000 }, () => ({ op: 'readMemStats' }))];
  write('long.json', { commands });
  const startMs = performance.now();
  const { status, stdout } = await folder.interrupt(['replay', 'long.json'], () => performance.now() - startMs > 4000);
  expect(status).toBe(130);
  expect(stdout).toMatch(/interrupted after [\d,]+ of 50,001 steps/);
});
