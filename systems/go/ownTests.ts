/**
 * The tests that Go itself has for its statistics, on a runtime with edits: what a developer sees without this suite.
 * Those are all tests of package runtime on statistics, metrics, tiny objects, size classes, pages and collections that
 * run in the process itself; those that build another program build it with the toolchain as it is. The runtime is built
 * with the same experiments as the driver's, so that a fault is in both.
 */
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD_PREFIX, removeStale } from './build';
import { goOnChanged } from './changedGo';
import { experimentEnv } from './experiments';
import { inTemporaryFolder } from './buildGuard';
import { deathOf } from './parseCrash';
import { changedSource, type SourceOptions } from './source';
import type { Toolchain } from './toolchain';

/** What is given to `go test runtime -short -run`. */
export const OWN_TESTS =
  'MemStats|ReadMetrics|MetricHeap|TinyAlloc|Freegc|PageAccounting|PageAlloc|PageCache|PallocBits|MallocBits|SizeClass|GcDeepNesting|GcMapIndirection|GcHashmapIndirection|GcArraySlice|GcRescan|GcLastTime|GCInfo|HugeGCInfo|PeriodicGC|UserForcedGC|StringConcatenationAllocs|NonEscapingConv';

export interface OwnTests {
  readonly passed: number;
  /** Names of the tests that failed. */
  readonly failed: readonly string[];
  /** The runtime's last words, if the tests ended by them. */
  readonly death: string | undefined;
  /** All that they printed. */
  readonly output: string;
}

/** Runs them; `EnvironmentError` if they do not build. */
export function runOwnTests(toolchain: Toolchain, options: SourceOptions): Promise<OwnTests> {
  return runTests(toolchain, { ...options, pattern: OWN_TESTS });
}

export interface TestOptions extends SourceOptions {
  /** What is given to `-run`. */
  readonly pattern: string;
  /** Text by name of test files that are added. */
  readonly added?: ReadonlyMap<string, string> | undefined;
}

/** Runs some tests of package runtime, with others added. */
export async function runTests(toolchain: Toolchain, options: TestOptions): Promise<OwnTests> {
  await removeStale(tmpdir());
  return inTemporaryFolder(BUILD_PREFIX, async (dir) => {
    const texts = new Map<string, string | undefined>([
      ...(await otherTests(toolchain)),
      ...(await changedSource(toolchain, options)),
    ]);
    texts.set('spancheck_test.go', PROGRAMS_SKIPPED);
    for (const [file, text] of options.added ?? []) texts.set(file, text);
    const binary = join(dir, 'runtime.test');
    await goOnChanged(toolchain, {
      dir,
      texts,
      what: "Go's own tests",
      // Go vets since 1.10, and this is not what is tested.
      words: toolchain.minor >= 10 ? ['test', '-vet=off', '-c'] : ['test', '-c'],
      operands: ['-o', binary, 'runtime'],
      // Each fault is another runtime, and so another of every package: nothing of it is of use later.
      env: { GOCACHE: join(dir, 'cache'), ...experimentEnv(toolchain) },
    });
    return outcome(await output(binary, join(toolchain.goroot, 'src', 'runtime'), options.pattern));
  });
}

/** Files that hold the tests above; files of package runtime itself stay, too, since they open it for tests. */
const FILES = /^(export\w*|malloc|gc|gcinfo|metrics|mpagealloc|mpagecache|mpallocbits|string|iface|import)_test\.go$/;

/** Test files that are left out: they would have half of the library built anew for each fault. */
async function otherTests({ goroot }: Toolchain): Promise<ReadonlyMap<string, undefined>> {
  const runtime = join(goroot, 'src', 'runtime');
  const others = new Map<string, undefined>();
  for (const file of await readdir(runtime)) {
    if (!file.endsWith('_test.go') || FILES.test(file)) continue;
    const text = await readFile(join(runtime, file), 'utf8');
    if (/^package runtime_test$/m.test(text)) others.set(file, undefined);
  }
  return others;
}

const PROGRAMS_SKIPPED = `package runtime_test

import "testing"

func runTestProg(t *testing.T, binary, name string, env ...string) string {
	t.Skip("a program that is built with the toolchain as it is")
	return ""
}
`;

/** After so long they hang. */
const TIMEOUT_S = 60;

function output(binary: string, cwd: string, pattern: string): Promise<string> {
  const words = ['-test.short', '-test.v', `-test.timeout=${TIMEOUT_S}s`, `-test.run=${pattern}`];
  return new Promise((fulfil) => {
    // A runtime that livelocks does not keep its own timeout.
    execFile(
      binary,
      words,
      { cwd, maxBuffer: 1 << 26, timeout: (TIMEOUT_S + 10) * 1000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        const end = error?.killed === true ? '\nfatal error: the tests hang\n' : '';
        fulfil(`${stdout}\n${stderr}${end}`);
      },
    );
  });
}

function outcome(text: string): OwnTests {
  const failed = [...text.matchAll(/^--- FAIL: (\w+)/gm)].map(([, name]) => name);
  const passed = [...text.matchAll(/^--- PASS: \w+/gm)].length;
  const isDead = /^(fatal error|panic):/m.test(text) || (failed.length === 0 && !/^(PASS|ok)$/m.test(text));
  // Of the last words, those that are not the test runner's.
  const said = text.replace(/^\s*(?:===|---) .*$/gm, '');
  return { passed, failed, death: isDead ? deathOf(0, said, null).message : undefined, output: text };
}
