/** For Stryker: one file that judges the model with the whole suite, small enough to be run a thousand times. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['faults/mutation.suite.ts', 'model/**/*.test.ts'],
    testTimeout: 60_000,
  },
});
