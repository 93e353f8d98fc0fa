/**
 * Builds that do not outlive this process, however it ends, neither their processes nor their files: a shell waits for the
 * end of its input, which only this process holds open, and then cleans up. The shell has a process group of its own, so
 * Ctrl-C does not reach it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does some work in a temporary folder, which is gone afterwards. */
export async function inTemporaryFolder<T>(prefix: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), prefix));
  // A second is enough for the guards of programs that still write there to end them.
  const guard = shell('cat >/dev/null; sleep 1; rm -rf "$1"', [dir], { stdio: ['pipe', 'ignore', 'ignore'] });
  guard.unref();
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
    guard.kill('SIGKILL');
    guard.stdin?.destroy();
  }
}

export interface Ended {
  /** Undefined if a signal ended it. */
  readonly status: number | undefined;
  readonly stderr: string;
}

/** Runs a program to its end. It dies with this process and at Ctrl-C, together with everything it started. */
export function runGuarded(
  program: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  return new Promise((fulfil, reject) => {
    const child = shell(GUARDED, [program, ...args], { ...options, stdio: ['pipe', 'ignore', 'pipe'] });
    const interrupt = (): void => void child.stdin?.destroy();
    const signals = ['SIGINT', 'SIGTERM'] as const;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A signal with a listener does not end this process, so the program must be ended explicitly.
    const heard = signals.filter((signal) => process.listenerCount(signal) > 0);
    for (const signal of heard) process.once(signal, interrupt);
    const settle = (end: () => void): void => {
      for (const signal of heard) process.removeListener(signal, interrupt);
      child.stdin?.destroy();
      end();
    };
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', (code) => settle(() => fulfil({ status: code ?? undefined, stderr })));
  });
}

/** The background process reads descriptor 3, since a shell gives it no standard input. */
const GUARDED = `
exec 3<&0
( trap "" TERM; cat <&3 >/dev/null; kill -s TERM 0 ) >/dev/null 2>&1 &
guard=$!
"$@" </dev/null 3<&-
status=$?
kill -s KILL $guard
exit $status`;

function shell(script: string, args: readonly string[], options: Parameters<typeof spawn>[2]): ChildProcess {
  return spawn('/bin/sh', ['-c', script, 'spancheck-guard', ...args], { ...options, detached: true });
}
