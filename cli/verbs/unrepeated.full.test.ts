/** What `spancheck run` says of a program whose failures are not those of one trace. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';

const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-unrepeated-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('state that leaks from an earlier trace is told as such, and one file is kept', () => {
  // Whatever was collected in an earlier trace spoils each free of a later one.
  const { status, stdout } = run(
    'leak',
    "if (op === 'gcStart') at ??= resets; if (op === 'free' && at < resets) off = 1;",
  );
  expect(stdout).toMatch(/^exec +FAILED/m);
  expect(stdout).toContain('  does not repeat: 0 of 20\n  state leaks from the trace before it: alone,');
  expect(stdout).not.toContain('0 other failures');
  expect(status).toBe(1);
  expect(readdirSync(join(FOLDER, 'leak'))).toHaveLength(1);
});

test('a failure that comes and goes is told with its rate, and is not shrunk', () => {
  const { status, stdout } = run('flaky', "if (op === 'free' && Math.random() < 0.1) off = 1;");
  expect(stdout).toMatch(/^exec +FAILED/m);
  expect(stdout).toMatch(/; not shrunk\n[^]*^ {2}does not repeat: 1?[0-9] of 20$/m);
  expect(stdout).not.toContain('state leaks');
  expect(status).toBe(1);
  expect(readdirSync(join(FOLDER, 'flaky')).length).toBeLessThanOrEqual(2);
});

/** Runs the suite on an allocator that counts one malloc too many after each command at which `slip` sets `off`. */
function run(name: string, slip: string) {
  const path = join(FOLDER, `${name}.cjs`);
  writeFileSync(
    path,
    `let stats, live, dead, at, isGreeted = false, resets = 0;
    require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
      const line = JSON.parse(text);
      if (!isGreeted) {
        isGreeted = true;
        console.log('{"spancheck":1,"name":"slip","ops":["smallAlloc","free","gcStart","readMemStats"]}');
        return;
      }
      const { op } = line;
      let off = 0;
      if (op === 'reset') {
        resets++;
        stats = { Mallocs: 0, Frees: 0 };
        live = new Map();
        dead = 0;
      }
      if (op === 'smallAlloc') {
        stats.Mallocs += line.count;
        live.set(line.name, line.count);
      }
      if (op === 'free') dead += live.get(line.object);
      if (op === 'gcStart') {
        stats.Frees += dead;
        dead = 0;
      }
      ${slip}
      stats.Mallocs += off;
      console.log(JSON.stringify({ stats }));
    });`,
  );
  const main = join(packageRoot(), 'dist/cli/main.js');
  const words = ['run', '--system', `exec:node ${path}`, '--seed', '1', '--traces', '50', '--commands', '20'];
  return spawnSync(process.execPath, [main, ...words, '--out', name], { cwd: FOLDER, encoding: 'utf8' });
}
