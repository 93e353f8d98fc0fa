/** Faults in fields that no counter predicts, planted into the real runtime, show in the ties of a read. */
import { expect, test } from 'vitest';
import { TEST_CACHE_DIR, hasGo } from '../../testing/goToolchain';
import type { Edit } from '../edits';
import { findGo, goSystem } from './goSystem';

const EDITS: readonly Edit[] = [
  { file: 'mstats.go', find: 'memstats.buckhash_sys.load() + memstats.gcMiscSys', replace: 'memstats.gcMiscSys' },
  {
    file: 'mstats.go',
    find: 'stats.MSpanInuse = uint64(mheap_.spanalloc.inuse)',
    replace: 'stats.MSpanInuse = uint64(mheap_.spanalloc.inuse) + 8',
  },
  {
    file: 'mstats.go',
    find: 'stats.MCacheInuse = uint64(mheap_.cachealloc.inuse)',
    replace: 'stats.MCacheInuse = uint64(mheap_.cachealloc.inuse) / 2',
  },
  { file: 'mstats.go', find: 'stats.StackInuse = stackInUse\n', replace: 'stats.StackInuse = stackInUse / 2\n' },
  { file: 'mstats.go', find: 'stats.LastGC = memstats.last_gc_unix', replace: 'stats.LastGC = 1' },
  {
    file: 'metrics.go',
    find: '"/gc/heap/goal:bytes": {\n\t\t\tdeps: makeStatDepSet(sysStatsDep)',
    replace: '"/gc/heap/goal:bytes": {\n\t\t\tdeps: makeStatDepSet()',
  },
  {
    file: 'metrics.go',
    find: 'out.scalar = in.gcStats.stackScan',
    replace: 'out.scalar = in.gcStats.heapScan',
  },
];

const SHOWN = [
  'Sys, against the sum of its parts',
  'MSpanInuse, against the span structures in use',
  'MCacheInuse, against the caches of the Ps',
  'StackInuse, against the spans of stacks',
  'PauseEnd of the last cycle, against LastGC',
  '/gc/heap/goal:bytes read alone, against a read of all metrics',
  '/gc/scan/stack:bytes against MemStats and the books',
];

test.runIf(hasGo)('wrong fields of a read, a metric without its dependency, and one that is another', async () => {
  if ((await findGo()).minor !== 26) return;
  const system = await goSystem({ cacheDir: TEST_CACHE_DIR, edits: EDITS });
  const moved = new Set<string>();
  await system.run({ shape: { procs: 2 }, commands: [{ op: 'readMemStats' }] }, (_step, _command, { twins = [] }) => {
    for (const { counter } of twins) moved.add(counter);
    return true;
  });
  await system.close();
  expect([...moved]).toEqual(expect.arrayContaining(SHOWN));
});
