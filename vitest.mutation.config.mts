/** For Stryker: one file that judges the model with the whole suite, and the model's own tests, small enough to be run a thousand times. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['testing/mutation.suite.ts', 'model/**/*.test.ts'],
    testTimeout: 60_000,
    // A mutant switches code inside of the functions, which keep no state between tests: one worker imports all once.
    isolate: false,
    fileParallelism: false,
  },
});
