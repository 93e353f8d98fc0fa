/** Bugs of runtime/metrics, planted into the real runtime, are seen beside the counters. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Edit } from '../faults/fault';
import { CHECKS } from '../properties/checks';
import { runSuite } from '../properties/suite';
import { findGo, goSystem } from './go';

const hasGo = spawnSync('go', ['version']).status === 0;
const goTest = hasGo ? test : test.skip;
const cacheDir = process.env['SPANCHECK_TEST_CACHE'] ?? join(tmpdir(), 'spancheck-test-cache');

const SMALL_ALLOCS = 'range in.heapStats.smallAllocCount[1:] {\n\t\t\t\t\thist.counts[i] = count';

const EDITS: readonly Edit[] = [
  { file: 'metrics.go', find: SMALL_ALLOCS, replace: SMALL_ALLOCS.replace('[i]', '[(i+1)%67]') },
  { file: 'metrics.go', find: 'in.heapStats.tinyAllocCount', replace: 'in.heapStats.largeAllocCount' },
  { file: 'metrics.go', find: 'a.totalFreed += nf *', replace: 'a.totalFreed = nf *' },
];

goTest('a histogram off by one bucket, the wrong count of tiny allocations and freed bytes of one class alone', async () => {
  if ((await findGo()).minor !== 26) return;
  const system = await goSystem({ cacheDir, edits: EDITS });
  const { found } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 20, maxCommands: 100 });
  await system.close();
  expect(found?.failure.check).toBe('twins');
  const counters = found?.failure.drifts.map(({ counter }) => counter) ?? [];
  expect(counters).toContain('/gc/heap/allocs-by-size:bytes of size class 1');
  expect(counters).toContain('/gc/heap/tiny/allocs:objects');
  expect(counters).toContain('/gc/heap/frees:bytes');
});
