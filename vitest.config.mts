import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{model,properties,shrinkers,systems,faults,cli,bench}/**/*.test.ts', '*.test.ts'],
    testTimeout: 120_000,
    coverage: { include: ['model/**', 'properties/**', 'shrinkers/**'], reporter: ['text', 'json-summary'] },
  },
});
