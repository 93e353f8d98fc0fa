/** Settings that tests on a real runtime share. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** True if a test that finds no toolchain fails, as in CI, instead of being skipped. */
export const isGoRequired = process.env['SPANCHECK_REQUIRE_GO'] === '1';

export const hasGo = isGoRequired || spawnSync('go', ['version']).status === 0;

/** The cache of drivers that tests share, since a build takes seconds. */
export const TEST_CACHE_DIR = process.env['SPANCHECK_TEST_CACHE'] ?? join(tmpdir(), 'spancheck-test-cache');
