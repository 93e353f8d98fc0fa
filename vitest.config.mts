import { defineConfig } from 'vitest/config';
import { CorpusFirst } from './corpus/first.mts';

export default defineConfig({
  test: {
    include: ['{corpus,interleave,scripts,model,properties,shrinkers,systems,faults,cli,bench}/**/*.test.ts', '*.test.ts'],
    sequence: { sequencer: CorpusFirst },
    testTimeout: 240_000,
    coverage: { include: ['model/**', 'properties/**', 'shrinkers/**'], reporter: ['text', 'json-summary'] },
  },
});
