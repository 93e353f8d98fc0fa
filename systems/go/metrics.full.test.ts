/** Bugs of runtime/metrics, planted into the real runtime, show against the counters. */
import { expect, test } from 'vitest';
import type { Edit } from '../edits';
import { CHECKS } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import { runSuite } from '../../properties/suite';
import { findGo, goSystem } from './goSystem';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';

const SMALL_ALLOCS = 'range in.heapStats.smallAllocCount[1:] {\n\t\t\t\t\thist.counts[i] = count';

const EDITS: readonly Edit[] = [
  { file: 'metrics.go', find: SMALL_ALLOCS, replace: SMALL_ALLOCS.replace('[i]', '[(i+1)%67]') },
  { file: 'metrics.go', find: 'in.heapStats.tinyAllocCount', replace: 'in.heapStats.largeAllocCount' },
  { file: 'metrics.go', find: 'a.totalFreed += nf *', replace: 'a.totalFreed = nf *' },
];

const COMMANDS: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 5, count: 300, name: 1 },
  { op: 'tinyAlloc', p: 0, size: 4, name: 2 },
  { op: 'tinyAlloc', p: 0, size: 4, name: 3 },
  { op: 'readMemStats' },
  { op: 'free', object: 1 },
  { op: 'gcStart', p: 0 },
  { op: 'sweepSpan', p: 0, object: 1 },
];

test.runIf(hasGo)(
  'a histogram off by one bucket, a wrong count of tiny allocations, and freed bytes of one class only',
  async () => {
    if ((await findGo()).minor !== 26) return;
    const system = await goSystem({ cacheDir: TEST_CACHE_DIR, edits: EDITS });
    const moved = new Set<string>();
    await system.run({ shape: { procs: 1 }, commands: COMMANDS }, (_step, _command, { twins = [] }) => {
      for (const { counter, expected, actual } of twins) if (expected !== actual) moved.add(counter);
      return true;
    });
    const { found } = await runSuite({ system, checks: CHECKS, seed: 1, traces: 20, maxCommands: 100 });
    await system.close();
    expect([...moved].some((counter) => counter.startsWith('/gc/heap/allocs-by-size:bytes of size class'))).toBe(true);
    expect([...moved]).toContain('/gc/heap/tiny/allocs:objects');
    expect([...moved]).toContain('/gc/heap/frees:bytes');
    expect(found?.failure.signature).toMatch(/^twins .gc.heap/);
  },
);
