/** Exports stand alone: the tests that are written fail with the bug and pass without it. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCatalogue } from '../../faults/catalogue';
import { packageRoot } from '../../packageRoot';
import type { TraceFile } from '../../properties/trace/traceFile';
import { EXPORTS } from './exports';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(packageRoot(), 'shrinkers', 'exported-'));
});
afterAll(() => rm(folder, { recursive: true }));

const { name, edits } = readCatalogue().find((fault) => fault.name === 'uncache-span-adds') ?? { name: '', edits: [] };

const FILE: TraceFile = {
  system: 'model',
  plant: { name, edits },
  shape: { procs: 1 },
  commands: [
    { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 },
    { op: 'uncacheSpan', p: 0, class: 5 },
  ],
  failure: { step: 1, check: 'rescan', signature: 'rescan Alloc + uncacheSpan', message: 'Alloc: "16"', drifts: [] },
};

test.each(['vitest', 'fast-check'])('%s: fails with the bug, passes without', async (kind) => {
  const cases = { bug: FILE, fixed: { ...FILE, plant: null } };
  const outcomes: Record<string, string> = {};
  for (const [outcome, file] of Object.entries(cases)) {
    const path = join(folder, `${kind}-${outcome}.test.ts`);
    await writeFile(
      path,
      await EXPORTS[kind].write({ file, from: '../../index', explanation: async () => Promise.resolve(undefined) }),
    );
    outcomes[outcome] = await vitestRun(path);
  }
  expect(outcomes.fixed).toMatch(/1 passed/);
  expect(outcomes.bug).toMatch(/1 failed/);
  expect(outcomes.bug).toMatch(kind === 'vitest' ? /Alloc: 16,320, expected 64 \(\+16,256\)/ : /Counterexample/);
});

/** Returns what vitest prints for one file. */
function vitestRun(path: string): Promise<string> {
  const vitest = join(packageRoot(), 'node_modules', 'vitest', 'vitest.mjs');
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    execFile(process.execPath, [vitest, 'run', path], { cwd: packageRoot(), env }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}

test('a trace of another system than the model and a program is refused in a line', () => {
  const write = () =>
    EXPORTS.vitest.write({
      file: { ...FILE, system: 'go' },
      from: 'spancheck',
      explanation: async () => Promise.resolve(undefined),
    });
  expect(write).toThrow('export: a trace of go cannot become a test in TypeScript; use --to markdown');
});

test('a program of one’s own is started by its command', () => {
  const text = EXPORTS.vitest.write({
    file: { ...FILE, system: 'exec:./my "allocator"', plant: null },
    from: 'spancheck',
    explanation: async () => Promise.resolve(undefined),
  });
  expect(text).toContain('await execSystem("./my \\"allocator\\"")');
});
