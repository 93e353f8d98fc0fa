/** The `spancheck` command as people type it, as it was built last. */
import { spawn, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { packageRoot } from '../packageRoot';

const MAIN = join(packageRoot(), 'dist', 'cli', 'main.js');

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export class CommandFolder {
  /** The working directory of the commands; removed when the tests of the file have ended. */
  readonly path = mkdtempSync(join(tmpdir(), 'spancheck-cli-'));

  constructor() {
    afterAll(() => rmSync(this.path, { recursive: true, force: true }));
  }

  /** Runs the command to its end. */
  run(words: readonly string[], options: SpawnSyncOptions = {}): CommandResult {
    const startMs = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], { cwd: this.path, ...options });
    const seconds = (performance.now() - startMs) / 1000;
    return { status, stdout: String(stdout ?? ''), stderr: String(stderr ?? ''), seconds };
  }

  /** Runs a shell command in which "$@" is the `spancheck` command. */
  shell(script: string, env: NodeJS.ProcessEnv = {}): CommandResult {
    const startMs = performance.now();
    const { status, stdout, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, MAIN], {
      cwd: this.path,
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    return { status, stdout, stderr, seconds: (performance.now() - startMs) / 1000 };
  }

  /** Runs the command, and sends it SIGINT once `isTime` returns true; seconds count from there. */
  async interrupt(words: readonly string[], isTime: () => boolean): Promise<CommandResult> {
    const child = spawn(process.execPath, [MAIN, ...words], { cwd: this.path, stdio: ['ignore', 'pipe', 'pipe'] });
    let startMs = NaN;
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const watch = setInterval(() => {
      if (!isTime()) return;
      clearInterval(watch);
      startMs = performance.now();
      child.kill('SIGINT');
    }, 20);
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    clearInterval(watch);
    return { status, stdout, stderr, seconds: (performance.now() - startMs) / 1000 };
  }
}
