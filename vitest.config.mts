import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { CorpusFirst } from './corpus/first.mts';

export default defineConfig(({ mode }) => ({
  test: {
    include: [
      '{corpus,interleave,scripts,model,properties,shrinkers,systems,faults,cli,view,bench}/**/*.test.ts',
      '*.test.ts',
    ],
    // Long tests have files of their own, which only `npm run test:full` (--mode full) runs.
    exclude: [...configDefaults.exclude, ...(mode === 'full' ? [] : ['**/*.full.test.ts'])],
    sequence: { sequencer: CorpusFirst },
    // Many tests wait for a program that they have started, so one more file than there are cores is under way.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 240_000,
    coverage: { include: ['model/**', 'properties/**', 'shrinkers/**'], reporter: ['text', 'json-summary'] },
  },
}));
