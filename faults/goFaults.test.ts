/** Bugs planted into a real runtime: each finds its place in the user's own toolchain, and the suite finds the bug. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks';
import { runSuite } from '../properties/suite';
import { findGo, goSystem } from '../systems/go';
import { applyEdits } from './fault';
import { parseFaultFile, type FaultFile } from './faultFile';

const hasGo = spawnSync('go', ['version']).status === 0;
const cacheDir = process.env['SPANCHECK_TEST_CACHE'] ?? join(tmpdir(), 'spancheck-test-cache');
const FOLDER = join(__dirname, 'go');

for (const epoch of readdirSync(FOLDER)) {
  test(`the faults for Go ${epoch} are named after their files`, () => {
    for (const [file, { name }] of faultsOf(epoch)) expect(`${name}.json`).toBe(`go${epoch}-${file}`);
  });
}

test.runIf(hasGo)('every fault for Go 1.26 has its one place in the toolchain that is here', async () => {
  const { goroot, minor } = await findGo();
  if (minor !== 26) return;
  const dir = join(goroot, 'src', 'runtime');
  for (const { edits } of faultsOf('1.26').values()) {
    for (const edit of edits) expect(applyEdits(readFileSync(join(dir, edit.file), 'utf8'), [edit], dir)).toContain(edit.replace);
  }
});

test.runIf(hasGo)('a fault planted into the real runtime is found', async () => {
  const { minor } = await findGo();
  if (minor !== 26) return;
  const fault = faultsOf('1.26').get('large-alloc-not-counted.json');
  const system = await goSystem({ cacheDir, edits: fault?.edits });
  const { found } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 50, maxCommands: 100 });
  await system.close();
  expect(found?.failure.signature).toMatch(/^rescan Mallocs - largeAlloc$/);
});

function faultsOf(epoch: string): ReadonlyMap<string, FaultFile> {
  const dir = join(FOLDER, epoch);
  return new Map(readdirSync(dir).map((file) => [file, parseFaultFile(readFileSync(join(dir, file), 'utf8'), file)]));
}
