/** A build's processes and its folder go away with the process that started it, however that ends. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder, runGuarded } from './buildGuard';

const TS_NODE = require.resolve('ts-node');

/** Starts a process that runs a guarded program forever in a temporary folder; the program has a child of its own. */
function start(folder: string, mark: string, listens: boolean): ReturnType<typeof spawn> {
  const script = `
    require(${JSON.stringify(TS_NODE)}).register({ transpileOnly: true });
    const { inTemporaryFolder, runGuarded } = require(${JSON.stringify(join(__dirname, 'buildGuard.ts'))});
    ${listens ? "process.once('SIGINT', () => undefined);" : ''}
    inTemporaryFolder('spancheck-build-', (cwd) => runGuarded('/bin/sh', ['-c', 'sleep 1000 & sleep 1000; echo ${mark}'], { cwd, env: process.env }))
      .then(({ status }) => process.exit(status === undefined ? 7 : 8));`;
  return spawn(process.execPath, ['-e', script], {
    env: { ...process.env, TMPDIR: folder, SPANCHECK_MARK: mark },
    stdio: 'ignore',
  });
}

/** Returns our folders; ts-node has one there too. */
function folders(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('spancheck-'));
}

/** Returns the pids of the sleepers that inherited the mark. */
function marked(mark: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return (
        command.startsWith('sleep') && readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`SPANCHECK_MARK=${mark}`)
      );
    } catch {
      return false;
    }
  });
}

test.each([
  { signal: 'SIGKILL', listens: false },
  { signal: 'SIGINT', listens: false },
  { signal: 'SIGINT', listens: true },
] as const)(
  '$signal, listened to: $listens',
  async ({ signal, listens }) => {
    const folder = mkdtempSync(join(tmpdir(), 'spancheck-guard-'));
    const mark = `${process.pid}-${signal}-${listens}`;
    const parent = start(folder, mark, listens);
    const ended = new Promise<number | null>((fulfil) => parent.on('exit', (code) => fulfil(code)));
    await expect.poll(() => marked(mark).length, { timeout: 60_000 }).toBe(2);
    expect(folders(folder)).toHaveLength(1);
    parent.kill(signal);
    expect(await ended).toBe(listens ? 7 : null);
    await expect.poll(() => marked(mark), { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => folders(folder), { timeout: 20_000 }).toEqual([]);
    expect(marked(mark)).toEqual([]);
    rmSync(folder, { recursive: true });
  },
  120_000,
);

test('a program that ends reports its status and what it wrote', async () => {
  const options = { cwd: tmpdir(), env: process.env };
  expect(await runGuarded('/bin/sh', ['-c', 'echo "it is" >&2; exit 3'], options)).toEqual({
    status: 3,
    stderr: 'it is\n',
  });
  expect(await runGuarded('/bin/sh', ['-c', 'kill -s KILL $$'], options)).toMatchObject({ status: 137 });
  await expect(inTemporaryFolder('spancheck-guard-', (dir) => Promise.reject(new Error(dir)))).rejects.toThrow(
    /spancheck-guard-/,
  );
});
