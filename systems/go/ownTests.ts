/**
 * Go's own tests of its statistics, run on a runtime with edits: what a developer sees without this suite. They are the tests
 * of package runtime on statistics, metrics, tiny objects, size classes, pages and collections that run in the process itself.
 * Tests that build another program are left out, since they would build it with the toolchain as it is. The runtime is built
 * with the same experiments as the driver's, so a fault is in both.
 */
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inBuildFolder } from './build';
import { goOnChanged } from './changedGo';
import { EnvironmentError } from '../../properties/input/environmentError';
import { deathOf } from './parseCrash';
import { changedSource, textsOf, type SourceOptions } from './source';
import type { Toolchain } from './toolchain';

/** The pattern for `go test runtime -short -run`. */
export const OWN_TESTS =
  'MemStats|ReadMetrics|MetricHeap|TinyAlloc|Freegc|PageAccounting|PageAlloc|PageCache|PallocBits|MallocBits|SizeClass|GcDeepNesting|GcMapIndirection|GcHashmapIndirection|GcArraySlice|GcRescan|GcLastTime|GCInfo|HugeGCInfo|PeriodicGC|UserForcedGC|StringConcatenationAllocs|NonEscapingConv';

export interface OwnTests {
  readonly passed: number;
  /** Names of the tests that failed. */
  readonly failed: readonly string[];
  /** The runtime's last words, if the tests crashed. */
  readonly death: string | undefined;
  /** Everything they printed. */
  readonly output: string;
}

/** Runs them; throws an `EnvironmentError` if they do not build. */
export function runOwnTests(toolchain: Toolchain, options: SourceOptions): Promise<OwnTests> {
  return runTests(toolchain, { ...options, pattern: OWN_TESTS });
}

export interface TestOptions extends SourceOptions {
  /** The pattern for `-run`. */
  readonly pattern: string;
  /** Test files to add: text by name. */
  readonly added?: ReadonlyMap<string, string> | undefined;
}

/** Runs some tests of package runtime, with some of the caller's own. */
export async function runTests(toolchain: Toolchain, options: TestOptions): Promise<OwnTests> {
  return inBuildFolder(async (dir) => {
    const changed = await changedSource(toolchain, options);
    const texts = new Map<string, string | undefined>([...(await otherTests(toolchain)), ...textsOf(changed)]);
    texts.set('spancheck_test.go', PROGRAMS_SKIPPED);
    for (const [file, text] of options.added ?? []) texts.set(file, text);
    const binary = join(dir, 'runtime.test');
    await goOnChanged(toolchain, {
      dir,
      texts,
      changed,
      what: "Go's own tests",
      // Since 1.10 go test also vets, which would reject some faults.
      words: toolchain.minor >= 10 ? ['test', '-vet=off', '-c'] : ['test', '-c'],
      operands: ['-o', binary, 'runtime'],
      // Each fault changes the runtime, and with it every package: nothing built here is of use later.
      env: { GOCACHE: join(dir, 'cache') },
    });
    return outcome(await output(binary, join(toolchain.goroot, 'src', 'runtime'), options.pattern));
  });
}

/** Files with the tests above. Test files of package runtime itself stay too, since they open it for the others. */
const FILES = /^(export\w*|malloc|gc|gcinfo|metrics|mpagealloc|mpagecache|mpallocbits|string|iface|import)_test\.go$/;

/** Returns the test files to leave out: they would need half of the library to be rebuilt for each fault. */
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
	t.Skip("builds a program with the toolchain as it is")
	return ""
}
`;

/** A test that takes longer hangs. */
const TIMEOUT_S = 60;

function output(binary: string, cwd: string, pattern: string): Promise<string> {
  const words = ['-test.short', '-test.v', `-test.timeout=${TIMEOUT_S}s`, `-test.run=${pattern}`];
  return new Promise((fulfil, reject) => {
    // A runtime that livelocks cannot keep its own timeout.
    execFile(
      binary,
      words,
      { cwd, maxBuffer: 1 << 26, timeout: (TIMEOUT_S + 10) * 1000, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code === 'string' && 'syscall' in error) {
          reject(
            new EnvironmentError(
              `go: ${binary} cannot be started (${error.message}); set TMPDIR to a folder that programs may run from`,
            ),
          );
          return;
        }
        const end = error?.killed === true ? '\nfatal error: the tests hang\n' : '';
        fulfil(`${stdout}\n${stderr}${end}`);
      },
    );
  });
}

function outcome(text: string): OwnTests {
  const failed = [...text.matchAll(/^--- FAIL: (\w+)/gm)].map(([, name = '']) => name);
  const passed = [...text.matchAll(/^--- PASS: \w+/gm)].length;
  const isDead = /^(fatal error|panic):/m.test(text) || (failed.length === 0 && !/^(PASS|ok)$/m.test(text));
  // The test runner's own lines are not the runtime's words.
  const said = text.replace(/^\s*(?:===|---) .*$/gm, '');
  return { passed, failed, death: isDead ? deathOf(0, said, null).message : undefined, output: text };
}
