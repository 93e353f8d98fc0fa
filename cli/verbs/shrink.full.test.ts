import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { parseTraceFile } from '../../properties/trace/traceFile';
import { hangingProgram } from '../../testing/hangingProgram';
import { CommandFolder } from '../../testing/spancheckCommand';

const folder = new CommandFolder();

/** Writes a trace of 44 commands that shows the fault, and takes a while to shrink. Returns how many there are. */
function writeLongTrace(): number {
  const path = join(packageRoot(), 'faults', 'catalogue', 'local-nsmallfree-16-bits.json');
  const { name, edits } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; edits: unknown };
  const births = Array.from({ length: 40 }, (_, i) => ({
    op: 'smallAlloc',
    p: 0,
    class: 1 + i,
    count: 1,
    name: i + 2,
  }));
  const commands = [
    { op: 'smallAlloc', p: 0, class: 1, count: 65_536, name: 1 },
    ...births,
    { op: 'free', object: 1 },
    { op: 'gcStart', p: 0 },
    { op: 'gcStart', p: 0 },
  ];
  const file = { spancheck: 'trace', version: 1, shape: { procs: 1 }, commands, plant: { name, edits } };
  writeFileSync(join(folder.path, 'long.json'), JSON.stringify(file));
  return commands.length;
}

function read(name: string) {
  const path = join(folder.path, name);
  return existsSync(path) ? parseTraceFile(readFileSync(path, 'utf8'), path) : undefined;
}

test('Ctrl-C ends a long shrink with the best so far on disk and in the answer', async () => {
  const length = writeLongTrace();
  const words = ['shrink', 'long.json', '--out', 'small.json', '--json'];
  const { status, stdout } = await folder.interrupt(
    words,
    () => (read('small.json')?.commands.length ?? length) < length,
  );
  expect(status).toBe(130);
  const { trace, isComplete } = JSON.parse(stdout) as { trace: { commands: unknown[] }; isComplete: boolean };
  expect(isComplete).toBe(false);
  expect(trace.commands.length).toBeLessThan(length);
  expect(read('small.json')?.commands).toEqual(trace.commands);
  expect(folder.run(['replay', 'small.json']).status).toBe(1);
});

test('--time ends a shrink with the best so far: exit 1', () => {
  writeLongTrace();
  const { status, stdout } = folder.run(['shrink', 'long.json', '--out', 'timed.json', '--time', '1s', '--json']);
  expect(status).toBe(1);
  expect((JSON.parse(stdout) as { isComplete: boolean }).isComplete).toBe(false);
});

test('a system that hangs obeys --time and Ctrl-C', async () => {
  const { words } = hangingProgram(folder.path);
  const timed = folder.run(['shrink', ...words, '--time', '1s']);
  expect(timed.status).toBe(2);
  expect(timed.stdout).toContain('the time is up before the trace came to its end; there is no verdict');
  const { hangs } = hangingProgram(folder.path);
  const { status, stdout } = await folder.interrupt(['shrink', ...words], hangs);
  expect(status).toBe(130);
  expect(stdout).toContain('interrupted');
});

test('a result that cannot be written is printed whole', () => {
  writeLongTrace();
  const { status, stdout } = folder.run(['shrink', 'long.json', '--out', '/proc/x/small.json', '--time', '1s']);
  expect(status).toBe(1);
  expect(stdout).toContain('not written  /proc/x/small.json: cannot be written: no such file');
  const json = /^\{\n[^]*?^\}$/m.exec(stdout)?.[0] ?? '';
  expect(parseTraceFile(json, 'stdout').commands.length).toBeGreaterThan(0);
});

test('a trace that holds is nothing to shrink: exit 0', () => {
  writeFileSync(join(folder.path, 'holds.json'), '{"spancheck":"trace","version":1,"shape":{"procs":1},"commands":[]}');
  expect(folder.run(['shrink', 'holds.json'])).toMatchObject({
    status: 0,
    stdout: 'holds.json: the trace holds; there is nothing to shrink\n',
  });
});
