import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline, isProcessStopped } from './deadline';

let reasons: string[] = [];
let isProgramStopped = false;
beforeEach(() => {
  reasons = [];
  isProgramStopped = false;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function started(deadlineMs: number): Deadline {
  const deadline = new Deadline(
    deadlineMs,
    () => isProgramStopped,
    (reason) => reasons.push(reason),
  );
  deadline.start();
  return deadline;
}

test('the time is up once, after the deadline', () => {
  started(1000);
  vi.advanceTimersByTime(900);
  expect(reasons).toEqual([]);
  vi.advanceTimersByTime(5000);
  expect(reasons).toEqual(['no answer within 1 s']);
});

test('an answer starts the time anew', () => {
  const deadline = started(1000);
  for (let i = 0; i < 10; i++) {
    vi.advanceTimersByTime(900);
    deadline.restart();
  }
  expect(reasons).toEqual([]);
  deadline.stop();
  vi.advanceTimersByTime(5000);
  expect(reasons).toEqual([]);
});

test('a program that is stopped for 11 s does not hang, and may go on', () => {
  started(1000);
  isProgramStopped = true;
  vi.advanceTimersByTime(11_000);
  isProgramStopped = false;
  vi.advanceTimersByTime(500);
  expect(reasons).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(reasons).toEqual(['no answer within 1 s']);
});

test('a program that stays stopped is given up', () => {
  started(1000);
  isProgramStopped = true;
  vi.advanceTimersByTime(59_000);
  expect(reasons).toEqual([]);
  vi.advanceTimersByTime(2000);
  expect(reasons).toEqual(['was stopped for 60 s']);
});

test('time in which this process did not run is not counted', () => {
  started(1000);
  for (let i = 0; i < 3; i++) {
    const now = performance.now();
    vi.spyOn(performance, 'now').mockReturnValueOnce(now + 100_000);
    vi.advanceTimersByTime(1);
  }
  expect(reasons).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('a stopped process is seen, and one whose child is stopped', async () => {
  vi.useRealTimers();
  const shell = spawn('/bin/sh', ['-c', 'sleep 60 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(shell.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  const pid = shell.pid ?? 0;
  try {
    expect(isProcessStopped(pid)).toBe(false);
    process.kill(child, 'SIGSTOP');
    await vi.waitUntil(() => isProcessStopped(pid), { timeout: 5000 });
    process.kill(child, 'SIGCONT');
    await vi.waitUntil(() => !isProcessStopped(pid), { timeout: 5000 });
    process.kill(pid, 'SIGSTOP');
    await vi.waitUntil(() => isProcessStopped(pid), { timeout: 5000 });
  } finally {
    process.kill(child, 'SIGKILL');
    process.kill(pid, 'SIGKILL');
  }
});
