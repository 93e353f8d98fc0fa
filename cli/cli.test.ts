/** The command as people type it, as it was built last: what it prints, what it writes, and its exit codes. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../packageRoot';
import { parseTraceFile } from '../properties/trace/traceFile';

const ROOT = packageRoot();
const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-cli-'));
const CANARY = join(ROOT, 'faults', 'canary.json');

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function spancheck(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...words], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a clean model holds: exit 0, the seed and a complete line to repeat are printed', () => {
  const words = ['run', '--system', 'model', '--seed', '7', '--traces', '30', '--commands', '100'];
  const { status, stdout } = spancheck(...words);
  expect(status).toBe(0);
  expect(stdout).toContain('seed 7');
  expect(stdout).toMatch(/model\s+held/);
  expect(stdout).toContain(
    `npx spancheck ${words.join(' ').replace('run --system model --seed', 'run --system model --seed')}`,
  );
});

test('the same seed gives the same result', () => {
  const result = () => {
    const { stdout } = spancheck('run', '--system', 'model', '--seed', '7', '--traces', '50', '--json');
    return (JSON.parse(stdout) as { verdicts: { steps: number; seconds?: number }[] }).verdicts.map(
      ({ seconds: _, ...rest }) => rest,
    );
  };
  expect(result()).toEqual(result());
});

test('a planted bug is found, shrunk, written, replayed: exit 1', () => {
  const out = join(FOLDER, 'found');
  const { status, stdout } = spancheck('run', '--system', 'model', '--seed', '7', '--plant', CANARY, '--out', out);
  expect(status).toBe(1);
  expect(stdout).toMatch(/model\s+FAILED/);
  expect(stdout).toContain('npx spancheck explain');
  const [name] = readdirSync(out);
  const path = join(out, name ?? '');
  const file = parseTraceFile(readFileSync(path, 'utf8'), path);
  expect(file.commands.length).toBeLessThanOrEqual(2);
  expect(spancheck('replay', path).status).toBe(1);
  expect(spancheck('replay', path, '--no-plant').status).toBe(0);
});

test('a bug in the model, in the very line that the canary is planted in, is what a whole run tells', () => {
  const copy = join(FOLDER, 'copy');
  for (const name of ['dist', 'model', 'faults', 'systems', 'package.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const name of ['model/mcentral.ts', 'dist/model/mcentral.js']) {
    const path = join(copy, name);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('h.nmalloc[sizeclass] -= n;');
    writeFileSync(path, text.replace('h.nmalloc[sizeclass] -= n;', 'h.nmalloc[sizeclass] += n;'));
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, 'dist/cli/main.js'), 'run', '--seed', '7', '--traces', '20'],
    { cwd: copy, encoding: 'utf8' },
  );
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/model\s+FAILED/);
  expect(stdout).not.toContain('canary');
});

test.each([
  [['run', '--system', 'modle'], '--system modle: not a system; it is model, go or exec:COMMAND'],
  [['run', '--checks', 'rescam'], 'rescam is not a check; did you mean rescan?'],
  [['run', '--seed', '1.5'], 'whole number'],
  [['run', '--sede', '1'], "unknown option '--sede'"],
  [['replay', 'none.json'], 'none.json'],
  [['list', 'everything'], 'everything'],
  [['frobnicate'], 'frobnicate'],
])('%s: one line, exit 2', (words, message) => {
  const { status, stdout, stderr } = spancheck(...words);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('    at ');
});

test('Ctrl-C ends a run in order, with what is known so far', async () => {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'dist/cli/main.js'), 'run', '--system', 'model', '--time', '60s', '--json'],
    { cwd: FOLDER },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  // Long enough for the process to be under way on a machine that is busy.
  setTimeout(() => child.kill('SIGINT'), 6000);
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect(status).toBe(130);
  const { verdicts } = JSON.parse(stdout) as { verdicts: { outcome: string; steps: number }[] };
  expect(verdicts[0]?.outcome).toBe('interrupted');
  expect(verdicts[0]?.steps).toBeGreaterThan(0);
});
