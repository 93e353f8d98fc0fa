import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FREES, HEAP_SYS, MALLOCS, logDiff } from '../../model/memstats';
import { BadInputError } from '../../properties/input/badInput';
import { ALL_FIELDS, hasField } from '../../properties/publishedFields';
import type { Command } from '../../properties/trace/command';
import type { AsyncSystem, Observation, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { EnvironmentError } from '../../properties/input/environmentError';
import { execSystem, type ExecOptions } from './execSystem';

const folder = mkdtempSync(join(tmpdir(), 'spancheck-exec-'));
const open: System[] = [];
let programs = 0;
afterAll(async () => {
  await Promise.all(open.map((system) => system.close?.()));
  rmSync(folder, { recursive: true });
});

const slab = resolve(__dirname, 'examples', 'slab.py');
const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 10))']).status === 0;

describe.skipIf(!hasPython)('the example allocator', () => {
  test('holds over random traces', { timeout: 60_000 }, async () => {
    const system = await started(`python3 '${slab}'`);
    expect(system).toMatchObject({ collection: 'whole', maxProcs: 4, observationFlushes: false });
    expect([...system.shows]).toEqual(['rescan']);
    await fc.assert(
      fc.asyncProperty(traces(), async (trace) => {
        expect(await firstWrong(system, trace)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['self.frees[cls] += 1', 'self.frees[cls] = 1'],
    ['self.mallocs[cls] += count', 'self.mallocs[cls] += 1'],
    ['self.mallocs[cls] += count', 'self.mallocs[cls] += count if count < 9 else 8'],
    ['slab[slot] = 1', 'slab[slot] = p == 0'],
  ])('is seen to be wrong with %s changed to %s', { timeout: 60_000 }, async (find, replace) => {
    const source = readFileSync(slab, 'utf8');
    expect(source.split(find).length).toBe(2);
    const copy = join(folder, 'buggy slab.py');
    writeFileSync(copy, source.replace(find, replace));
    const system = await started(`python3 "${copy}"`);
    const result = await fc.check(
      fc.asyncProperty(traces(), async (trace) => (await firstWrong(system, trace)) === undefined),
    );
    expect(result.failed).toBe(true);
  });

  test('answers as the document says', () => {
    const text = readFileSync(resolve(__dirname, '..', '..', 'docs', 'protocol.md'), 'utf8');
    const session = /```session\n([^]*?)```/.exec(text)?.[1] ?? '';
    const said = (mark: string): string =>
      session
        .split('\n')
        .filter((line) => line.startsWith(mark))
        .map((line) => `${line.slice(2)}\n`)
        .join('');
    expect(said('> ').split('\n').length).toBeGreaterThan(6);
    expect(execFileSync('python3', [slab], { input: said('> '), encoding: 'utf8' })).toBe(said('< '));
  });
});

test('the handshake that the document shows is the one that is sent', async () => {
  const text = readFileSync(resolve(__dirname, '..', '..', 'docs', 'protocol.md'), 'utf8');
  const log = join(folder, 'handshake');
  await started(program(`require('node:fs').writeFileSync(${JSON.stringify(log)}, JSON.stringify(hello));`));
  expect(/^> (.*)$/m.exec(text)?.[1]).toBe(readFileSync(log, 'utf8'));
});

test('every step is observed in order, reset as step -1, and fields that are absent are NaN', async () => {
  const system = await started(
    program('', 'reply({ stats: { Mallocs: ++n, BySize: [[5, n, 0]] }, rescan: { Mallocs: n } });'),
  );
  for (let round = 0; round < 2; round++) {
    const seen: unknown[] = [];
    const commands = gcs(2000);
    const death = await system.run({ shape: { procs: 2 }, commands }, (step, command, { published, rescan }) => {
      seen.push([step, published.totals[MALLOCS]]);
      if (step >= 0) expect(command).toBe(commands[step]);
      expect(published.totals[HEAP_SYS]).toBeNaN();
      expect([published.mallocs[5], published.mallocs[6], rescan?.stats.mallocs[5]]).toEqual([step + 2, 0, Number.NaN]);
      return true;
    });
    expect(death).toBeUndefined();
    expect(seen).toEqual(Array.from({ length: 2001 }, (_, i) => [i - 1, i + 1]));
  }
});

test('a trace that is ended early leaves nothing to the next one, in the same process', async () => {
  const system = await started(
    program('', 'reply({ stats: { Mallocs: ++n, NumGC: process.pid }, rescan: { Mallocs: n } });'),
  );
  const pids = new Set<number>();
  for (const last of [5, -1, 700, 0, 3]) {
    let steps = 0;
    await system.run({ shape: { procs: 1 }, commands: gcs(1000) }, (step, _, { published }) => {
      steps++;
      pids.add(published.totals[10]);
      expect(published.totals[MALLOCS]).toBe(step + 2);
      return step < last;
    });
    expect(steps).toBe(last + 2);
  }
  expect(pids.size).toBe(1);
});

test('a refresh starts a new process, and only if a trace has run in the present one', async () => {
  const system = (await started(
    program('', 'reply({ stats: { Mallocs: ++n, NumGC: process.pid }, rescan: { Mallocs: n } });'),
  )) as AsyncSystem;
  const pids = new Set<number>();
  for (let i = 0; i < 3; i++) {
    expect(system.isFresh).toBe(true);
    await system.run({ shape: { procs: 1 }, commands: gcs(5) }, (_, __, { published }) => {
      pids.add(published.totals[10]);
      return true;
    });
    expect(system.isFresh).toBe(false);
    system.refresh?.();
    system.refresh?.();
  }
  expect(pids.size).toBe(3);
});

test('a refresh ends a trace that hangs, and the next one runs', async () => {
  const system = (await started(
    program('', 'if (n === 3) return; reply({ stats: { Mallocs: ++n }, rescan: { Mallocs: n } });'),
  )) as AsyncSystem;
  const run = system.run({ shape: { procs: 1 }, commands: gcs(5) }, (step) => {
    if (step === 1) setImmediate(() => system.refresh?.());
    return true;
  });
  expect(await run).toBeUndefined();
  expect(await system.run({ shape: { procs: 1 }, commands: gcs(1) }, () => true)).toBeUndefined();
});

test('a program that does not give the leftovers of a trace is started again, long before the deadline', async () => {
  const system = await started(
    program(
      '',
      'hello.lines = (hello.lines ?? 0) + 1; if (hello.lines < 4) reply({ stats: { Mallocs: 1 }, rescan: { Mallocs: 1 } });',
    ),
  );
  for (let round = 0; round < 2; round++) {
    expect(await system.run({ shape: { procs: 1 }, commands: gcs(10) }, (step) => step < 1)).toBeUndefined();
  }
});

test.each<[string, string, 'throw' | 'crash' | 'hang', string]>([
  ['its own error', 'reply({ error: "s.allocCount != n" })', 'throw', 's.allocCount != n'],
  ['an exit', 'process.exit(3)', 'crash', 'exited with code 3'],
  ['last words', 'console.error("one\\ntwo"); process.exit(1)', 'crash', 'exited with code 1; its last words: "two"'],
  ['a signal', 'process.kill(process.pid, "SIGSEGV")', 'crash', 'was killed by SIGSEGV'],
  ['silence', 'n = 4', 'hang', 'no answer within 3 s'],
  ['a loop', 'for (;;);', 'hang', 'no answer within 3 s'],
  [
    'no JSON',
    'console.log("x".repeat(200))',
    'crash',
    `answered "${'x'.repeat(120)}"…, which is not {"stats":{…},"rescan":{…}} or {"error":"…"}: it is not JSON`,
  ],
  [
    'a typo',
    'reply({ stats: { Malocs: 1 }, rescan: {} })',
    'crash',
    'answered "{\\"stats\\":{\\"Malocs\\":1},\\"rescan\\":{}}", which is not {"stats":{…},"rescan":{…}} or {"error":"…"}: stats: Unrecognized key: "Malocs"',
  ],
  [
    'no rescan',
    'reply({ stats: { Mallocs: 1 } })',
    'crash',
    'answered "{\\"stats\\":{\\"Mallocs\\":1}}", which is not {"stats":{…},"rescan":{…}} or {"error":"…"}: rescan is missing, which the handshake promised',
  ],
])('%s is a death at its step, and the program is started again', async (_, action, kind, message) => {
  const system = await started(
    program('', `if (n++ === 4) { ${action} } else reply({ stats: { Mallocs: n }, rescan: { Mallocs: n } });`),
    { deadlineMs: 3000 },
  );
  for (let round = 0; round < 2; round++) {
    const steps: number[] = [];
    const death = await system.run({ shape: { procs: 1 }, commands: gcs(10) }, (step) => steps.push(step) > 0);
    expect(death).toEqual({ step: 3, kind, message });
    expect(steps).toEqual([-1, 0, 1, 2]);
  }
});

test.each([
  [
    'a field is lost',
    'reply({ stats: n++ < 2 ? { Mallocs: 1, Frees: 0 } : { Mallocs: 1 }, rescan: { Mallocs: 1 } })',
    /stats\.Frees is missing, which the first answer had/,
  ],
  ['no field', 'reply({ stats: n++ < 2 ? { Mallocs: 1 } : {}, rescan: { Mallocs: 1 } })', /stats: has no field/],
  [
    'a string',
    'reply({ stats: { Mallocs: n++ < 2 ? 1 : "1" }, rescan: { Mallocs: 1 } })',
    /stats\.Mallocs: Invalid input: expected number/,
  ],
  [
    'a class',
    'reply({ stats: { BySize: [[n++ < 2 ? 1 : 67, 0, 0]] }, rescan: { Mallocs: 1 } })',
    /stats\.BySize\.0\.0: Too big/,
  ],
  [
    'a line without an end',
    'n++ < 2 ? reply({ stats: { Mallocs: 1 }, rescan: { Mallocs: 1 } }) : process.stdout.write("y".repeat(3 << 20))',
    /answered "y{120}"…/,
  ],
])('%s: a crash that says so', async (_, answer, message) => {
  const system = await started(program('', answer));
  const death = await system.run({ shape: { procs: 1 }, commands: gcs(10) }, () => true);
  expect(death).toMatchObject({ step: 1, kind: 'crash', message: expect.stringMatching(message) });
});

test.each([
  ['/nowhere/program', /^exec:\/nowhere\/program: cannot be started: spawn \/nowhere\/program ENOENT$/],
  [`'${process.execPath}' -e ''`, /: exited with code 0$/],
  [
    `'${process.execPath}' -e 'console.log("hi\\n")'`,
    /: answered "hi", which is not \{"spancheck":1,"name":…,"ops":\[…\],…\}: it is not JSON$/,
  ],
  [`'${process.execPath}' -e 'setTimeout(() => {}, 1e6)'`, /: no answer to the handshake within 3 s$/],
  [program('process.stdout.write(`{"spancheck":2}\\n`);'), /spancheck: Invalid input: expected 1$/],
])('%s cannot be used', async (commandLine, message) => {
  const error: unknown = await execSystem(commandLine, { deadlineMs: 3000 }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toMatch(/\n/);
});

test('a program that dies at reset cannot be used either', async () => {
  const system = await started(program('', 'process.exit(1)'));
  const run = system.run({ shape: { procs: 1 }, commands: gcs(1) }, () => true);
  await expect(run).rejects.toThrow(EnvironmentError);
  await expect(run).rejects.toThrow(/: at the reset before this trace: exited with code 1$/);
});

test('a trace that needs more than the program offers is refused', async () => {
  const system = await started(program('', 'reply({ stats: { Mallocs: 0 }, rescan: { Mallocs: 0 } })'));
  const run = (trace: Trace): unknown => system.run(trace, () => true);
  await expect(run({ shape: { procs: 3 }, commands: [] })).rejects.toThrow(BadInputError);
  await expect(run({ shape: { procs: 1 }, commands: [{ op: 'readMemStats' }] })).rejects.toThrow(
    /^commands\[0\]\.op: exec:.* does not perform readMemStats$/,
  );
});

test('what observe throws comes out, and the next trace runs', async () => {
  const system = await started(program('', 'reply({ stats: { Mallocs: 0 }, rescan: { Mallocs: 0 } })'));
  const trace = { shape: { procs: 1 }, commands: gcs(3) };
  const broken = (): boolean => {
    throw new Error('the check is broken');
  };
  await expect(system.run(trace, broken)).rejects.toThrow('the check is broken');
  expect(await system.run(trace, () => true)).toBeUndefined();
});

test('close ends a trace that runs, without a death', async () => {
  const system = await started(program('', ''));
  const run = system.run({ shape: { procs: 1 }, commands: gcs(3) }, () => true);
  await new Promise((later) => setTimeout(later, 50));
  await system.close?.();
  expect(await run).toBeUndefined();
});

test.each(['close', 'exit', 'idle', 'SIGINT', 'SIGTERM', 'SIGKILL'])(
  'no program outlives the suite: %s',
  { timeout: 30_000 },
  async (how) => {
    const pidFile = join(folder, `pid-${how}`);
    // Busy for ever at a command, unless the suite is killed: then only the end of the input can tell it.
    const action = how === 'SIGKILL' || how === 'idle' || how === 'close' ? '' : 'for (;;);';
    const commandLine = program(
      `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`,
      action,
    );
    const suite = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', SUITE, commandLine, how], {
      cwd: resolve(__dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<unknown>((done) => suite.once('exit', (code, signal) => done(signal ?? code)));
    await new Promise((ready) => suite.stdout.once('data', ready));
    if (how.startsWith('SIG')) suite.kill(how as NodeJS.Signals);
    expect(await ended).toBe(how.startsWith('SIG') ? how : 0);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    for (let i = 0; i < 100 && isRunning(pid); i++) await new Promise((later) => setTimeout(later, 20));
    expect(isRunning(pid)).toBe(false);
  },
);

const SUITE = `
const { execSystem } = require('./systems/exec/execSystem');
const how = process.argv[2];
execSystem(process.argv[1]).then((system) => {
  if (how !== 'idle' && how !== 'close') void system.run({ shape: { procs: 1 }, commands: [] }, () => true);
  setTimeout(() => {
    console.log('ready');
    if (how === 'exit') process.exit(0);
    if (how === 'close') void system.close();
  }, 150);
});
`;

async function started(commandLine: string, options?: ExecOptions): Promise<System> {
  const system = await execSystem(commandLine, options);
  open.push(system);
  return system;
}

/** The command line of a program that does `first` at the handshake and `each` at every line, `n` counting from reset. */
function program(first: string, each = ''): string {
  const path = join(folder, `program ${programs++}.cjs`);
  const text = `
    const reply = (answer) => process.stdout.write(JSON.stringify(answer) + '\\n');
    let hello, n = 0;
    require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => {
      const line = JSON.parse(text);
      if (hello === undefined) {
        hello = line;
        ${first}
        reply({ spancheck: 1, name: 'test', ops: ['gcStart'], rescan: true, maxProcs: 2 });
        return;
      }
      if (line.op === 'reset') n = 0;
      ${each}
    });`;
  writeFileSync(path, text);
  return `'${process.execPath}' '${path}'`;
}

function gcs(length: number): Command[] {
  return Array.from({ length }, () => ({ op: 'gcStart', p: 0 }));
}

function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

/** The first step at which the statistics are not those of the rescan, or not what the commands add up to. */
async function firstWrong(system: System, trace: Trace): Promise<string | undefined> {
  const counts = new Map<number, number>();
  let dropped = 0;
  let wrong: string | undefined;
  let last = { mallocs: 0, frees: 0 };
  const death = await system.run(trace, (step, command, { published, rescan, publishes = ALL_FIELDS }: Observation) => {
    const now = { mallocs: published.totals[MALLOCS], frees: published.totals[FREES] };
    const expected = { ...last };
    if (step >= 0) {
      const count = command.op === 'smallAlloc' ? command.count : 1;
      if ('name' in command) {
        counts.set(command.name, count);
        expected.mallocs += count;
      }
      if (command.op === 'free') dropped += counts.get(command.object) ?? 0;
      if (command.op === 'gcStart') {
        expected.frees += dropped;
        dropped = 0;
      }
    }
    if (now.mallocs !== expected.mallocs || now.frees !== expected.frees)
      wrong = `step ${step}: ${JSON.stringify({ now, expected })}`;
    if (rescan === undefined) wrong = `step ${step}: no rescan`;
    else
      logDiff(published, rescan.stats, (field, sizeclass, left, right) => {
        if (hasField(publishes, field)) wrong = `step ${step}: ${field} ${sizeclass} ${left} ${right}`;
      });
    last = now;
    return wrong === undefined;
  });
  return wrong ?? (death && JSON.stringify(death));
}

/** Draws traces of commands that the example allocator performs. Each free names an object in play. */
function traces(): fc.Arbitrary<Trace> {
  const choice = fc.tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.nat(),
    fc.integer({ min: 1, max: 66 }),
    fc.integer({ min: 1, max: 40 }),
  );
  return fc.tuple(fc.integer({ min: 1, max: 4 }), fc.array(choice, { maxLength: 40 })).map(([procs, choices]) => {
    const live: number[] = [];
    const commands = choices.map(([kind, a, sizeclass, count], i): Command => {
      const p = a % procs;
      const name = i + 1;
      if (kind === 0) return { op: 'gcStart', p };
      if (kind === 1) return { op: 'readMemStats' };
      const [object] = live.splice(a % (live.length || 1), kind < 5 ? 1 : 0);
      if (object !== undefined) return { op: 'free', object };
      live.push(name);
      return kind === 5
        ? { op: 'largeAlloc', p, size: 32769 + (a % 100_000), name }
        : { op: 'smallAlloc', p, class: sizeclass, count, name };
    });
    return { shape: { procs }, commands };
  });
}
