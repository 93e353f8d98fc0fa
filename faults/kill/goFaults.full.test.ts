/** Bugs planted into a real runtime: each finds its place in the user's own toolchain, and the suite finds the bug. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findGo, type Toolchain } from '../../systems/go/goSystem';
import { applyEdits } from '../../systems/edits';
import { goEpochs, goFaultsFor, readGoFaults } from '../goCatalogue';
import { killOnGo, type GoKill } from './goKill';
import { goFaultsDoc, goKillSummary } from './goKillTable';
import { TEST_CACHE_DIR, hasGo, isGoRequired } from '../../testing/goToolchain';

/** A release of each folder of faults; a few faults of each, which are killed by different checks in different ways. */
const QUICK: Readonly<Record<string, { readonly toolchain: string; readonly faults: readonly string[] }>> = {
  '1.9': {
    toolchain: 'go1.9.7',
    faults: ['uncache-span-refunds-one', 'purge-nlargefree-not-zeroed', 'tiny-hit-is-a-malloc'],
  },
  '1.26': {
    toolchain: 'go1.26.8',
    faults: ['sweep-counts-one', 'metrics-histogram-shifted', 'release-all-too-late', 'freegc-reuse-is-a-malloc'],
  },
};

for (const epoch of goEpochs()) {
  test(`there are 24 faults and more for Go ${epoch}, named after their files`, () => {
    const files = readdirSync(join(__dirname, '..', 'go', epoch)).map(
      (file) => `go${epoch}-${file.replace('.json', '')}`,
    );
    expect(readGoFaults(epoch).map(({ name }) => name)).toEqual(files.toSorted());
    expect(files.length).toBeGreaterThanOrEqual(24);
  });

  test(`no two faults for Go ${epoch} make the same runtime`, () => {
    const texts = readGoFaults(epoch).map(({ edits }) => JSON.stringify(edits));
    expect(texts.filter((text, i) => texts.indexOf(text) !== i)).toEqual([]);
  });

  test.runIf(hasGo)(`every fault for Go ${epoch} has its one place in that release`, async () => {
    const toolchain = await toolchainOf(epoch);
    if (toolchain === undefined) return;
    const dir = join(toolchain.goroot, 'src', 'runtime');
    for (const { name, edits } of goFaultsFor(toolchain)) {
      for (const edit of edits)
        expect(applyEdits(readFileSync(join(dir, edit.file), 'utf8'), [edit], name)).toContain(edit.replace);
    }
  });

  test.runIf(hasGo)(
    `faults planted into Go ${epoch} are killed, shrunk and certified`,
    { timeout: 300_000 },
    async () => {
      const toolchain = await toolchainOf(epoch);
      if (toolchain === undefined) return;
      const kills: GoKill[] = [];
      for (const fault of goFaultsFor(toolchain).filter(({ name }) =>
        QUICK[epoch].faults.includes(name.replace(`go${epoch}-`, '')),
      )) {
        kills.push(await killOnGo(fault, { toolchain, seed: 1, seconds: 30, cacheDir: TEST_CACHE_DIR }));
      }
      expect(kills.map(({ fault, isKilled, error, isCertified }) => ({ fault, isKilled, error, isCertified }))).toEqual(
        kills.map(({ fault }) => ({ fault, isKilled: true, error: undefined, isCertified: true })),
      );
      expect(goKillSummary(kills)).toMatchObject({
        faults: QUICK[epoch].faults.length,
        killed: QUICK[epoch].faults.length,
      });
      expect(goKillSummary(kills).shrunkWorst).toBeLessThanOrEqual(6);
      const doc = goFaultsDoc([{ toolchain: toolchain.version, seed: 1, seconds: 30, kills }]);
      for (const { fault } of kills) expect(doc).toContain(`| \`${fault}\` | `);
    },
  );
}

test.runIf(hasGo)(
  'a fault that does not fit, or does not build, is an error that says so, and not a kill',
  async () => {
    const toolchain = await findGo();
    const kill = (find: string, replace: string) =>
      killOnGo(
        { name: 'bad', origin: '', text: '', edits: [{ file: 'mcache.go', find, replace }] },
        { toolchain, seed: 1, seconds: 1, cacheDir: TEST_CACHE_DIR },
      );
    expect(await kill('func (c *mcache) refil(', '')).toMatchObject({
      isKilled: false,
      error: expect.stringMatching(/^bad: edits\[0\]\.find: not found in mcache\.go/) as string,
    });
    expect(await kill('func (c *mcache) refill(', 'func (c *mcache) refil(')).toMatchObject({
      isKilled: false,
      error: expect.stringContaining('does not build into go1') as string,
    });
  },
);

/** Nothing, with a line that says so, where the release cannot be had and is not required. */
async function toolchainOf(epoch: string): Promise<Toolchain | undefined> {
  try {
    return await findGo({ toolchain: QUICK[epoch].toolchain });
  } catch (error) {
    if (isGoRequired) throw error;
    console.log(`skipped, the faults for Go ${epoch}: ${String(error)}`);
    return undefined;
  }
}
