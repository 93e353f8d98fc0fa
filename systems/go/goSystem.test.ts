import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '../../properties/trace/command';
import { EnvironmentError } from '../../properties/input/environmentError';
import { Conversation } from './conversation';
import { findGo, goSystem } from './goSystem';
import { exactRun } from './exactRun';
import { exactTrace } from './exactTrace';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';

if (!hasGo) console.log('skipped, all tests of the Go system: there is no go on the PATH');

test.runIf(hasGo)('there is a Go toolchain', async () => {
  expect((await findGo()).minor).toBeGreaterThanOrEqual(20);
});

const LARGE: Command = { op: 'largeAlloc', p: 0, size: 2 ** 20, name: 1 };
const SMALL: Command = { op: 'smallAlloc', p: 0, class: 5, count: 3, name: 2 };
const ALLOC_LARGE = '	if size+pageSize < size {\n		throw("out of memory")\n	}\n';

test.runIf(hasGo)('counters of the clean runtime move by exactly what the commands say, on up to 8 Ps', async () => {
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR });
  for (let seed = 1; seed <= 10; seed++) {
    const { steps, surprises, death } = await exactRun(system, exactTrace(seed, 300, 1 + (seed % 8)));
    expect({ seed, steps, surprises, death }).toEqual({ seed, steps: 300, surprises: [], death: undefined });
  }
  expect(system.bySizeRows.length).toBeGreaterThanOrEqual(59);
  await system.close();
});

test.runIf(hasGo)('a planted fault is seen', async () => {
  const find = 'slotsUsed := int64(s.allocCount) - int64(s.allocCountBeforeCache)';
  const text = await readFile(join((await findGo()).goroot, 'src', 'runtime', 'mcache.go'), 'utf8');
  // refill and releaseAll both have it; the next line tells them apart.
  const at = text.lastIndexOf(find);
  const line = text.slice(at, text.indexOf('\n', text.indexOf('\n', at) + 1));
  const system = await goSystem({
    cacheDir: TEST_CACHE_DIR,
    edits: [{ file: 'mcache.go', find: line, replace: line.replace(find, `${find} + 1`) }],
  });
  const { surprises } = await exactRun(system, exactTrace(1, 100, 2));
  await system.close();
  expect(surprises.join('\n')).toMatch(/Mallocs .*by rescan/);
});

test.runIf(hasGo)('a find that does not match exactly once is refused in one line', async () => {
  const plant = (find: string): Promise<unknown> =>
    goSystem({ cacheDir: TEST_CACHE_DIR, edits: [{ file: 'mcache.go', find, replace: '' }] });
  await expect(plant('func (c *mcache) refil(')).rejects.toThrow(
    /^[^\n]*not found in mcache\.go; the nearest line[^\n]* \d+: func [^\n]*$/,
  );
  await expect(plant('func ')).rejects.toThrow(/^[^\n]*found \d+ times in mcache\.go[^\n]*$/);
  await expect(
    goSystem({ cacheDir: TEST_CACHE_DIR, edits: [{ file: '../mcache.go', find: 'a', replace: '' }] }),
  ).rejects.toThrow(EnvironmentError);
});

test.runIf(hasGo)('an edit that does not compile is refused in one line, in the words of the compiler', async () => {
  const edits = [{ file: 'mcache.go', find: ALLOC_LARGE, replace: `${ALLOC_LARGE}	nonsense()\n` }];
  await expect(goSystem({ cacheDir: TEST_CACHE_DIR, edits })).rejects.toThrow(
    /^[^\n]*does not build into go1[^\n]*: edits\[0\]\.replace, line \d+: undefined: nonsense[^\n]*$/,
  );
});

test.runIf(hasGo)('a replaced file that does not compile is named by its own path and line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spancheck-replace-'));
  const path = join(folder, 'mine.go');
  const text = await readFile(join((await findGo()).goroot, 'src', 'runtime', 'mcache.go'), 'utf8');
  writeFileSync(path, `${text}\nvar nonsense = missing\n`);
  const line = text.split('\n').length + 1;
  try {
    await expect(goSystem({ cacheDir: TEST_CACHE_DIR, replace: new Map([['mcache.go', path]]) })).rejects.toThrow(
      `${path}:${line}:`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.runIf(hasGo)('a driver that is stopped does not hang', async () => {
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR, stepTimeoutMs: 800 });
  const driver = await childOf(process.pid);
  process.kill(driver, 'SIGSTOP');
  setTimeout(() => process.kill(driver, 'SIGCONT'), 2500);
  const { steps, surprises, death } = await exactRun(system, exactTrace(4, 100, 2));
  expect({ steps, surprises, death }).toEqual({ steps: 100, surprises: [], death: undefined });
  await system.close();
});

test.runIf(hasGo)('a driver that cannot start says so, and is no verdict on the runtime', async () => {
  const check = (): void => undefined;
  const start = (binary: string): Promise<unknown> =>
    new Conversation({ binary, stepTimeoutMs: 1000, isChanged: false, check }).greet();
  await expect(start('/nonexistent/driver')).rejects.toThrow(/^go: the driver \S+ cannot be started \(no such file/);
  await expect(start('/etc/passwd')).rejects.toThrow(/^go: the driver \S+ cannot be started \(permission denied\)/);
  await expect(start('/bin/false')).rejects.toThrow(/^go: the driver \S+ does not start/);
  await expect(start('/bin/cat')).rejects.toThrow(EnvironmentError);
});

test.runIf(hasGo)('a system says what it cannot show', async () => {
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR });
  expect(system.limits.map(({ what }) => what)).toEqual(expect.arrayContaining(['heap', 'heap_live', 'predicted']));
  expect(system.bySizeRows.length).toBeGreaterThanOrEqual(59);
  await system.close();
});

test.runIf(hasGo)(
  'a throw and a hang are deaths at their step, in the words of the runtime, and the next trace runs',
  async () => {
    const replace = `${ALLOC_LARGE}	if size == 1<<20 {\n		print("runtime: size=", size, "\\n")\n		throw("planted")\n	}\n	for size == 1<<21 {\n	}\n`;
    const system = await goSystem({
      cacheDir: TEST_CACHE_DIR,
      stepTimeoutMs: 1500,
      edits: [{ file: 'mcache.go', find: ALLOC_LARGE, replace }],
    });
    const run = async (commands: readonly Command[]): Promise<{ steps: number; death: unknown }> => {
      let steps = 0;
      const death = await system.run({ shape: { procs: 2 }, commands }, () => ++steps > 0);
      return { steps, death };
    };
    // Step -1 is seen too.
    const thrown = { step: 1, kind: 'throw', message: 'fatal error: planted; runtime: size=1048576' };
    expect(await run([SMALL, LARGE, { op: 'free', object: 1 }])).toEqual({ steps: 2, death: thrown });
    expect(await run([SMALL])).toEqual({ steps: 2, death: undefined });
    const hung = { step: 2, kind: 'hang', message: 'no answer within 1.5 s' };
    expect(await run([SMALL, { op: 'readMemStats' }, { ...LARGE, size: 2 ** 21 }])).toEqual({ steps: 3, death: hung });
    expect(await run([SMALL])).toEqual({ steps: 2, death: undefined });
    await system.close();
  },
);

test.runIf(hasGo)(
  'traces sent ahead hold while those before them stop, throw, hang or have an observer that throws',
  async () => {
    const replace = `${ALLOC_LARGE}	if size == 1<<20 {\n		print("runtime: size=", size, "\\n")\n		throw("planted")\n	}\n	for size == 1<<21 {\n	}\n`;
    const system = await goSystem({
      cacheDir: TEST_CACHE_DIR,
      stepTimeoutMs: 1500,
      edits: [{ file: 'mcache.go', find: ALLOC_LARGE, replace }],
    });
    const shape = { procs: 2 };
    const oops = (): boolean => {
      throw new Error('oops');
    };
    const ends = [
      system.run(exactTrace(3, 500, 4), (step) => step < 5),
      exactRun(system, exactTrace(4, 300, 4)),
      system.run({ shape, commands: [SMALL, LARGE] }, () => true),
      exactRun(system, exactTrace(5, 300, 4)),
      Promise.resolve(system.run({ shape, commands: [SMALL, SMALL] }, oops)).catch(String),
      system.run({ shape, commands: [{ ...LARGE, size: 2 ** 21 }] }, () => true),
      exactRun(system, exactTrace(6, 300, 4)),
    ];
    const held = { steps: 300, surprises: [], death: undefined };
    const thrown = { step: 1, kind: 'throw', message: 'fatal error: planted; runtime: size=1048576' };
    const hung = { step: 0, kind: 'hang', message: 'no answer within 1.5 s' };
    expect(await Promise.all(ends)).toEqual([undefined, held, thrown, held, 'Error: oops', hung, held]);
    await system.close();
  },
);

test.runIf(hasGo)('a stopped trace is no longer observed and leaves nothing behind for the next one', async () => {
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR });
  const trace = exactTrace(3, 2000, 4);
  let steps = 0;
  await system.run(trace, (step) => {
    steps++;
    return step < 5;
  });
  expect(steps).toBe(7);
  const { surprises, death } = await exactRun(system, exactTrace(4, 300, 4));
  expect({ surprises, death }).toEqual({ surprises: [], death: undefined });
  await system.close();
});

test.runIf(hasGo)('an observer that throws ends the run with its error, and the next trace runs', async () => {
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR });
  const oops = (): boolean => {
    throw new Error('oops');
  };
  await expect(system.run({ shape: { procs: 1 }, commands: [SMALL] }, oops)).rejects.toThrow('oops');
  const { surprises, death } = await exactRun(system, exactTrace(4, 100, 2));
  expect({ surprises, death }).toEqual({ surprises: [], death: undefined });
  await system.close();
});

test.runIf(hasGo)('the driver dies with its parent, even while it hangs', async () => {
  const replace = `${ALLOC_LARGE}	for size == 1<<21 {\n	}\n`;
  const edits = [{ file: 'mcache.go', find: ALLOC_LARGE, replace }];
  await (await goSystem({ cacheDir: TEST_CACHE_DIR, edits })).close();
  const script = `
    require(${JSON.stringify(require.resolve('ts-node'))}).register({ transpileOnly: true });
    const { goSystem } = require(${JSON.stringify(join(__dirname, 'goSystem.ts'))});
    goSystem(${JSON.stringify({ cacheDir: TEST_CACHE_DIR, edits })}).then((system) => {
      system.run({ shape: { procs: 1 }, commands: [{ op: 'largeAlloc', p: 0, size: 2097152, name: 1 }] }, () => true);
    });`;
  const parent = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  const driver = await childOf(parent.pid ?? 0);
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${driver}`), { timeout: 5000 }).toBe(false);
  expect(readdirSync('/dev/shm').filter((name) => name.startsWith('spancheck-'))).toEqual([]);
});

/** Waits for the first child of a process that is a driver, and returns its pid. */
async function childOf(pid: number): Promise<number> {
  for (;;) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter((word) => word !== '')) {
      const commandLine = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
      if (commandLine.includes('driver-')) return Number(child);
    }
    await new Promise((fulfil) => setTimeout(fulfil, 20));
  }
}

for (const file of readdirSync(join(__dirname, 'driver'))) {
  test.runIf(hasGo)(`${file} is gofmt clean`, async () => {
    const gofmt = join((await findGo()).goroot, 'bin', 'gofmt');
    const source = await readFile(join(__dirname, 'driver', file));
    expect(execFileSync(gofmt, ['-d'], { input: source, encoding: 'utf8' })).toBe('');
  });
}
