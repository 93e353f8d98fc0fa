import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { parseTraceFile } from '../properties/trace/traceFile';
import { CommandFolder } from '../testing/spancheckCommand';

const folder = new CommandFolder();
const FAILING = `run --system model --seed 7 --plant "${join(packageRoot(), 'faults', 'canary.json')}"`;
const HOLDING = 'run --system model --seed 7 --traces 5';

test('a reader that stops reading is no error', () => {
  const { status, stderr } = folder.shell('{ "$@" list faults; echo $? >&2; } | head -c 1');
  expect([status, stderr]).toEqual([0, '0\n']);
});

test.each([
  [HOLDING, 2],
  [FAILING, 1],
])('a full standard output is reported in one line: %s', (words, status) => {
  expect(folder.shell(`"$@" ${words} >/dev/full`)).toMatchObject({
    status,
    stdout: '',
    stderr: 'spancheck: standard output cannot be written: ENOSPC\n',
  });
});

test('a full or closed standard error leaves the exit code as it is', () => {
  expect(folder.shell('"$@" replay none.json 2>/dev/full').status).toBe(2);
  expect(folder.shell('"$@" replay none.json 2>&-').status).toBe(2);
  expect(folder.shell(`"$@" ${FAILING} 2>/dev/full`).status).toBe(1);
});

test('a closed standard output hides no failure', () => {
  expect(folder.shell(`"$@" ${FAILING} >&-`).status).toBe(1);
});

test.each(['/proc/x', '/dev/null/x', '/dev/full'])('a finding is printed whole if --out is %s', (out) => {
  const { status, stdout, stderr } = folder.shell(`"$@" ${FAILING} --out ${out}`);
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toContain(`not written  ${out}/`);
  expect(stdout).toContain('"spancheck": "trace"');
  expect(stdout).toContain('{"op":"uncacheSpan","p":0,"class":1}');
  expect(stdout).not.toContain('  next ');
});

test('a finding is printed whole if the working directory is gone', () => {
  const { status, stdout } = folder.shell(`mkdir gone && cd gone && rmdir ../gone && "$@" ${FAILING}`);
  expect(status).toBe(1);
  expect(stdout).toContain('"spancheck": "trace"');
});

test('no verb colours its output where NO_COLOR or a dumb terminal forbids it', () => {
  for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
    expect(folder.shell(`"$@" ${FAILING}`, env).stdout).not.toContain('\u001b');
});

test.each(['run', 'replay', 'shrink', 'explain', 'export', 'list'])('the help of %s states its exit status', (verb) => {
  const { status, stdout } = folder.shell(`"$@" ${verb} --help`);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Exit status: 0 /m);
});

test('of two planted bugs both are reported, each with a file of its own that replays', () => {
  const plants = ['tiny-hit-not-counted', 'uncache-span-no-heap-live'].flatMap((name) => [
    '--plant',
    join(packageRoot(), 'faults', 'catalogue', `${name}.json`),
  ]);
  const { status, stdout } = folder.run(['run', '--system', 'model', '--seed', '3', ...plants, '--out', 'both']);
  expect(status).toBe(1);
  const files = readdirSync(join(folder.path, 'both'));
  expect(files).toHaveLength(2);
  for (const name of files) {
    expect(stdout).toContain(name);
    expect(parseTraceFile(readFileSync(join(folder.path, 'both', name), 'utf8'), name).commands).toHaveLength(2);
    expect(folder.run(['replay', join('both', name)]).status).toBe(1);
  }
});
