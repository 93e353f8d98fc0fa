/** The tests that Stryker runs on each of thousands of mutants: one file that judges the model with the suite, and the model's own. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['testing/mutation.suite.ts', 'model/**/*.test.ts'],
    testTimeout: 60_000,
    // A mutant switches code inside functions, which keep no state between tests, so one worker imports everything once.
    isolate: false,
    fileParallelism: false,
  },
});
