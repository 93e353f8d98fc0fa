/**
 * Programs that lie, die or will not end. Whatever they do, the suite reports a failure of theirs or refuses them; it never
 * says that a trace held, and no program is left when its system is closed.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import { EnvironmentError } from '../../properties/input/environmentError';
import { runSuite, type SuiteResult } from '../../properties/suite';
import { execSystem } from './execSystem';

const folder = mkdtempSync(join(tmpdir(), 'spancheck-lying-'));
let programs = 0;
afterAll(() => rmSync(folder, { recursive: true }));

describe('a program that fails outside of a step cannot be used, or fails the trace', { timeout: 30_000 }, () => {
  test.each<Row>([
    ['dies after the handshake', 'after', 'process.exit(3)', /(before|after) this trace.*exited with code 3/],
    ['dies at the first reset', 'reset 1', 'process.exit(1)', /at .*reset.*exited with code 1/],
    ['exits quietly at the first reset', 'reset 1', 'process.exit(0)', /at .*reset.*exited with code 0/],
    ['hangs at the first reset', 'reset 1', 'for (;;);', /at .*reset.*no answer within/],
    ['closes its output at the first reset', 'reset 1', closeOutput(), /closed its standard output and did not exit/],
    ['says a string', 'reset 1', 'say(\'"ok"\')', /answered "\\"ok\\"", which is not/],
    ['says null', 'reset 1', "say('null')", /answered "null", which is not/],
    ['says an array', 'reset 1', "say('[]')", /answered "\[\]", which is not/],
    ['misspells a field', 'reset 1', 'say(\'{"stats":{"Mallocks":1}}\')', /Unrecognized key: "Mallocks"/],
    ['says NaN', 'reset 1', 'say(\'{"stats":{"Mallocs":NaN}}\')', /it is not JSON/],
    ['says null for a figure', 'reset 1', 'say(\'{"stats":{"Mallocs":null}}\')', /stats\.Mallocs: .*expected number/],
    ['says 1e400', 'reset 1', 'say(\'{"stats":{"Mallocs":1e400}}\')', /stats\.Mallocs: .*expected number/],
    ['has empty stats', 'reset 1', 'say(\'{"stats":{}}\')', /stats: has no field/],
    [
      'has a rescan that it did not announce',
      'reset 1',
      'say(JSON.stringify({ stats, rescan: stats }))',
      /rescan is there/,
    ],
    ['begins with a byte order mark', 'reset 1', 'say("\\uFEFF" + honest())', /byte order mark/],
    ['says an empty line', 'reset 1', "say(''); say(honest())", /the line is empty/],
    ['says broken UTF-8', 'reset 1', 'process.stdout.write(Buffer.from([0x7b, 0xff, 0x0a]))', /which is not UTF-8/],
    ['answers the handshake twice', 'hello', 'say(hello); say(hello)', /answered .*liar/],
    ['says the handshake again', 'reset 1', 'say(hello)', /answered .*, which is not/],
    ['floods its output with lines', 'reset 1', 'flood(1, honest() + "\\n")', /when nothing was asked|Mallocs/],
    ['floods its output without a line', 'reset 1', 'flood(1, "x".repeat(65536))', /more than 1 MiB/],
    ['floods its errors', 'reset 1', 'flood(2, "x".repeat(65536))', /no answer within/],
    ['forks and exits', 'reset 1', `${grandchild()}; process.exit(0)`, /exited with code 0/],
  ])('%s', async (_, at, action, words) => {
    expect(await refusalOf(program(at, action))).toMatch(words);
  });
});

describe('a program that fails at a step or after a trace fails the trace', { timeout: 30_000 }, () => {
  test.each<Row>([
    [
      'dies at the reset after its trace',
      'reset 2',
      'process.abort()',
      /^at the reset after this trace: was killed by SIGABRT/,
    ],
    ['exits at a later reset', 'reset 4', 'process.exit(0)', /^at the reset after this trace: exited with code 0/],
    ['hangs at a later reset', 'reset 4', 'for (;;);', /^at the reset after this trace: no answer within/],
    ['says nonsense at a later reset', 'reset 4', "say('null')", /^at the reset after this trace: answered "null"/],
    [
      'dies at a reset before a trace',
      'reset 5',
      'process.exit(7)',
      /^at the reset before this trace: exited with code 7/,
    ],
    ['dies between two traces', 'reset 4', 'say(honest()); setTimeout(() => process.exit(7))', /exited with code 7/],
    ['closes its output at a command', 'command 3', closeOutput(), /^closed its standard output and did not exit/],
    ['loses a field', 'command 3', 'delete stats.Frees; say(honest())', /stats\.Frees is missing/],
    ['finds a field', 'command 3', 'stats.NumGC = 0; say(honest())', /stats\.NumGC is there/],
    ['says NaN at a command', 'command 3', 'say(\'{"stats":{"Mallocs":NaN,"Frees":0}}\')', /it is not JSON/],
    ['answers a command twice', 'command 3', 'say(honest()); say(honest())', /when nothing was asked|Mallocs/],
    [
      'answers the last reset of a trace twice',
      'reset 2',
      'say(honest()); say(honest())',
      /when nothing was asked|Mallocs/,
    ],
    [
      'says broken UTF-8 at a command',
      'command 3',
      'process.stdout.write(Buffer.from([0xc3, 0x0a]))',
      /which is not UTF-8/,
    ],
    ['forks and exits at a command', 'command 3', `${grandchild()}; process.exit(0)`, /^exited with code 0/],
  ])('%s', async (_, at, action, words) => {
    const { found } = await suite(program(at, action));
    expect(found?.failure.message).toMatch(words);
    expect(found?.trace.commands[found.failure.step]).toBeDefined();
  });

  test('the trace before the reset is blamed at its last step', async () => {
    const { found, traces } = await suite(program('reset 4', 'process.abort()'));
    expect(traces).toBe(2);
    expect(found?.failure.check).toBe('crash');
    expect(found?.failure.step).toBe((found?.trace.commands.length ?? 0) - 1);
  });

  test('a program that cannot be started again fails the trace for which it should be', async () => {
    const once = join(folder, 'started');
    const system = await execSystem(
      program(
        'command 3',
        'process.exit(1)',
        `if (fs.existsSync(${JSON.stringify(once)})) process.exit(9); fs.writeFileSync(${JSON.stringify(once)}, '');`,
      ),
    );
    const trace = { shape: { procs: 1 }, commands: Array.from({ length: 5 }, () => ({ op: 'readMemStats' as const })) };
    try {
      expect(await system.run(trace, () => true)).toMatchObject({ step: 2, message: 'exited with code 1' });
      expect(await system.run(trace, () => true)).toEqual({
        step: 0,
        kind: 'crash',
        message: 'the program cannot be started again: exited with code 9',
      });
    } finally {
      await system.close?.();
    }
  });

  test('a program that announces something else when it is started again fails', async () => {
    const once = join(folder, 'announced');
    const system = await execSystem(
      program(
        'command 3',
        'process.exit(1)',
        `if (fs.existsSync(${JSON.stringify(once)})) hello = hello.replace(',"free"', ''); fs.writeFileSync(${JSON.stringify(once)}, '');`,
      ),
    );
    const trace = { shape: { procs: 1 }, commands: Array.from({ length: 5 }, () => ({ op: 'readMemStats' as const })) };
    try {
      await system.run(trace, () => true);
      expect((await system.run(trace, () => true))?.message).toMatch(
        /cannot be started again: it answered .* and .* before/,
      );
    } finally {
      await system.close?.();
    }
  });
});

describe('a program that will not end', { timeout: 30_000 }, () => {
  test.each<[string, string]>([
    ['needs 5 s after the end of its input', "process.stdin.on('end', () => setTimeout(() => {}, 5000))"],
    ['ignores SIGTERM and the end of its input', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"],
    ['leaves a grandchild that holds its output', grandchild()],
    ['leaves a grandchild in a session of its own that holds its output', grandchild(true)],
    ['floods its output after the end of its input', "process.stdin.on('end', () => { flood(1, honest() + '\\n'); })"],
    ['floods its errors after the end of its input', "process.stdin.on('end', () => { flood(2, 'x'.repeat(65536)) })"],
  ])('%s: it is dead soon after it is closed', async (_, first) => {
    const pidFile = join(folder, `pid ${programs}`);
    const recordPid = `fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid))`;
    const system = await execSystem(program('never', '', `${recordPid}; ${first}`));
    const { found, steps } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 2, maxCommands: 20 });
    expect(found).toBeUndefined();
    expect(steps).toBeGreaterThan(0);
    await system.close?.();
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await until(() => !isRunning(pid));
    expect(isRunning(pid)).toBe(false);
  });
});

test.skipIf(process.platform !== 'linux')(
  'a program that is stopped for a while does not hang',
  { timeout: 30_000 },
  async () => {
    const system = await execSystem(program('never', ''), { deadlineMs: 500 });
    const commands = Array.from({ length: 2000 }, () => ({ op: 'readMemStats' as const }));
    let pid = 0;
    try {
      const run = system.run({ shape: { procs: 1 }, commands }, (step) => {
        if (step === 0) {
          pid = Number(
            execFileSync('pgrep', ['-f', `program ${programs - 1}.cjs`, '-P', String(process.pid)], {
              encoding: 'utf8',
            }),
          );
          process.kill(pid, 'SIGSTOP');
        }
        return true;
      });
      await new Promise((later) => setTimeout(later, 3000));
      process.kill(pid, 'SIGCONT');
      expect(await run).toBeUndefined();
    } finally {
      await system.close?.();
    }
  },
);

test('the program and what it started are dead 2 s after spancheck is killed', { timeout: 30_000 }, async () => {
  const pidFile = join(folder, 'pids');
  const record = `fs.appendFileSync(${JSON.stringify(pidFile)}, process.pid + ' ' + child.pid + ' ')`;
  const stubborn = program('command 3', 'for (;;);', `process.on('SIGTERM', () => {}); ${grandchild()}; ${record}`);
  const command = [resolve('dist/cli/main.js'), 'run', '--system', `exec:${stubborn}`, '--seed', '1', '--time', '60s'];
  const suiteProcess = spawn(process.execPath, command, { stdio: 'ignore', cwd: folder });
  const pids = (): number[] => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim().split(' ').map(Number) : []);
  await until(() => pids().length >= 2);
  await new Promise((later) => setTimeout(later, 300));
  suiteProcess.kill('SIGKILL');
  await until(() => !pids().some(isRunning));
  expect(pids().filter(isRunning)).toEqual([]);
});

test.each<[string, string, number, RegExp]>([
  ['reset 1', "say('null')", 2, /exec:.*: at the reset before this trace: answered "null"/],
  ['reset 2', 'process.abort()', 1, /at the reset after this trace: was killed by SIGABRT/],
  ['never', '', 0, /held +[1-9]/],
])('the command ends with its verdict: at %s %s', { timeout: 60_000 }, async (at, action, status, words) => {
  const stubborn = program(at, action, "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
  const args = ['run', '--system', `exec:${stubborn}`, '--seed', '1', '--traces', '3', '--commands', '30'];
  const { code, output } = await new Promise<{ code: unknown; output: string }>((done) => {
    execFile(process.execPath, [resolve('dist/cli/main.js'), ...args], { cwd: folder }, (error, stdout, stderr) =>
      done({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });
  expect(output).toMatch(words);
  expect(code).toBe(status);
});

type Row = [name: string, at: string, action: string, words: RegExp];

function closeOutput(): string {
  return 'fs.closeSync(1); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60000)';
}

function grandchild(detached = false): string {
  return `var child = require('node:child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 5000)'], { stdio: 'inherit', detached: ${detached} })`;
}

async function suite(commandLine: string): Promise<SuiteResult> {
  const system = await execSystem(commandLine, { deadlineMs: 1000 });
  try {
    return await runSuite({ system, checks: CHECKS, seed: 1, traces: 5, maxCommands: 20 });
  } finally {
    await system.close?.();
  }
}

/** Returns why the program cannot be used, or how its first trace fails. */
async function refusalOf(commandLine: string): Promise<string> {
  try {
    const { found } = await suite(commandLine);
    return found?.failure.message ?? 'held';
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message;
  }
}

/**
 * Writes an allocator that is honest but for one moment: at the handshake, right after it, at the nth reset or at the nth
 * command. Returns its command line.
 */
function program(at: string, action: string, first = ''): string {
  const path = join(folder, `program ${programs++}.cjs`);
  const text = `
    const fs = require('node:fs');
    const say = (line) => process.stdout.write(line + '\\n');
    let hello = '{"spancheck":1,"name":"liar","ops":["smallAlloc","free","gcStart","readMemStats"]}';
    let stats, live, dead, isGreeted = false, resets = 0, commands = 0;
    const flood = (fd, text) => {
      for (;;) {
        try { fs.writeSync(fd, text); } catch (error) { if (error.code !== 'EAGAIN') throw error; }
      }
    };
    const honest = () => JSON.stringify({ stats });
    const act = (moment) => {
      if (moment !== ${JSON.stringify(at)}) return false;
      ${action};
      return true;
    };
    ${first};
    require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
      const line = JSON.parse(text);
      if (!isGreeted) {
        isGreeted = true;
        if (!act('hello')) say(hello);
        setTimeout(() => act('after'));
        return;
      }
      if (line.op === 'reset') {
        stats = { Mallocs: 0, Frees: 0 };
        live = new Map();
        dead = 0;
        if (!act('reset ' + ++resets)) say(honest());
        return;
      }
      if (line.op === 'smallAlloc') {
        stats.Mallocs += line.count;
        live.set(line.name, line.count);
      }
      if (line.op === 'free') dead += live.get(line.object);
      if (line.op === 'gcStart') {
        stats.Frees += dead;
        dead = 0;
      }
      if (!act('command ' + ++commands)) say(honest());
    });`;
  writeFileSync(path, text);
  return `'${process.execPath}' '${path}'`;
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((later) => setTimeout(later, 20));
}

function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
