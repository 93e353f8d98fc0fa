/** The reference model held to a real Go 1.9: the same traces, every published field after every step. */
import { expect, test } from 'vitest';
import type { Edit } from '../faults/fault';
import { plantModel } from '../faults/plantModel';
import { CHECKS } from '../properties/checks';
import { runSuite, type SuiteResult } from '../properties/suite';
import { goSystem } from './go';
import { TEST_CACHE_DIR, hasGo } from './testGo';

const checks = CHECKS.filter(({ name }) => name === 'model');

/** The release may have to be fetched. */
const FETCH_TIMEOUT_MS = 300_000;

async function run(options: { readonly edits?: readonly Edit[]; readonly modelEdits?: readonly Edit[] }): Promise<SuiteResult> {
  const { edits = [], modelEdits } = options;
  const model = modelEdits && plantModel({ name: 'planted', edits: modelEdits });
  const system = await goSystem({ toolchain: 'go1.9.7', cacheDir: TEST_CACHE_DIR, edits, model });
  try {
    return await runSuite({ system, checks, seed: 1, traces: 60, maxCommands: 300 });
  } finally {
    await system.close();
  }
}

test.runIf(hasGo)('Go 1.9.7 publishes what the model does, every field of every step', async () => {
  const { found, steps } = await run({});
  expect(found?.failure.message).toBe(undefined);
  expect(steps).toBeGreaterThan(4000);
}, FETCH_TIMEOUT_MS);

test.runIf(hasGo).each<readonly [string, Edit]>([
  ['sweeps the other way round', { file: 'mgcsweepbuf.ts', find: 'return b.index === 0 ? 0 : b.spans[--b.index];', replace: 'const [s] = b.spans; if (b.index === 0) return 0; b.spans.copyWithin(0, 1, b.index--); return s;' }],
  ['puts a span back behind the others', { file: 'mcentral.ts', find: 'insert(h.lists, spans, nonempty(sizeclass), s);\n    h.heap_live', replace: 'insertBack(h.lists, spans, nonempty(sizeclass), s);\n    h.heap_live' }],
])('a model that %s is seen', async (_, edit) => {
  const { found } = await run({ modelEdits: [edit] });
  expect(found?.failure.signature).toMatch(/^model model: /);
}, FETCH_TIMEOUT_MS);

test.runIf(hasGo)('a runtime that puts a span back behind the others is seen, which nothing else would see', async () => {
  const find = 'c.nonempty.insert(s)\n\t\t// mCentral_CacheSpan';
  const { found } = await run({ edits: [{ file: 'mcentral.go', find, replace: find.replace('insert', 'insertBack') }] });
  expect(found?.failure.signature).toMatch(/^model model: /);
}, FETCH_TIMEOUT_MS);
