/** Planted code that does its worst: the command says what happened in one line and exits 1, whatever it is. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';

const MAIN = join(packageRoot(), 'dist/cli/main.js');
const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-supervise-'));
const AT_UNCACHE = 'h.nmalloc[sizeclass] -= n;';

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Writes a fault that runs `code` where a span is uncached, and leaves the accounting as it is. */
function plant(name: string, code: string, find = AT_UNCACHE): string {
  const path = join(FOLDER, `${name}.json`);
  const edits = [{ file: 'mcentral.ts', find, replace: `${code}\n${find}` }];
  writeFileSync(path, JSON.stringify({ name, edits }));
  return path;
}

// Long enough for a child to start on a busy machine; a test of a hang waits for it.
const ENVIRONMENT = { ...process.env, SPANCHECK_PLANT_SECONDS: '20', SPANCHECK_PLANT_MIB: '256' };

function run(fault: string, ...words: string[]) {
  return spawnSync(
    process.execPath,
    [MAIN, 'run', '--system', 'model', '--seed', '7', '--traces', '300', '--plant', fault, ...words],
    { cwd: FOLDER, encoding: 'utf8', env: ENVIRONMENT, timeout: 120_000 },
  );
}

/** Planted code has no `process` by name, but nothing keeps it from the real one. */
const global = `Function('return globalThis')()`;

test.each([
  ['exit-0', `${global}.process.exit(0);`, /ended its process with exit code 0/],
  ['abort', `${global}.process.abort();`, /aborted its process/],
  ['kill', `${global}.process.kill(${global}.process.pid, 'SIGKILL');`, /ended its process by SIGKILL/],
  ['bomb', `${global}.hoard = Array.from({ length: 1e8 }, (_, i) => ({ i }));`, /took more than the 256 MiB/],
  ['array', `const a: unknown[] = []; a.push(...new Array(2 ** 32 - 1));`, /took more than the 256 MiB|throw/],
  ['rejection', `void ${global}.Promise.reject(new Error('later'));`, /threw Error: later/],
  ['timer', `${global}.setTimeout(() => { throw { valueOf: 1 }; }, 0);`, /threw what is no error/],
  ['endless', `'a'.repeat(40).concat('!').match(/^(a+)+$/);`, /did not return within 20 s/],
])('%s: one line, exit 1', (name, code, words) => {
  const { status, stderr, stdout } = run(plant(name, code));
  expect(status).toBe(1);
  expect(stderr + stdout).toMatch(words);
  expect(stderr).toMatch(/^(?:spancheck: the planted code .*\n)?$/);
});

test.each([
  ['top-throw', `throw { toString: null };`],
  ['top-loop', `while (true);`],
  ['top-match', `'a'.repeat(40).concat('!').match(/^(a+)+$/);`],
  ['top-exit', `${global}.process.exit(0);`],
  ['top-await', `await 1;`],
  ['no-exports', `exports['cacheSpan'] = null; Object.freeze(exports);`],
])('%s at the top of a file: one line and no stack', (name, code) => {
  const path = join(FOLDER, `${name}.json`);
  const first = 'export function cacheSpan';
  const edits = [{ file: 'mcentral.ts', find: first, replace: `${code}\n${first}` }];
  writeFileSync(path, JSON.stringify({ name, edits }));
  const { status, stderr } = run(path);
  expect(status).toBeGreaterThan(0);
  expect(stderr).toMatch(/^(?:spancheck: .*\n)?$/);
  expect(stderr).not.toMatch(/this is a bug|not found in/);
});

test('a finding that was kept before the end is named, with --json too', () => {
  // The counter drifts at the first uncached span; shrinking then runs into the exit.
  const calls = `${global}.calls = (${global}.calls ?? 0) + 1; h.nmalloc[sizeclass] += 1;`;
  const path = plant('late', `${calls} if (${global}.calls > 40) ${global}.process.exit(0);`);
  const { status, stdout, stderr } = run(path, '--json', '--out', 'late out');
  const { outcome, kept } = JSON.parse(stdout) as { outcome: string; kept: string[] };
  expect([status, outcome]).toEqual([1, 'failed']);
  expect(kept.map((file) => file.replace('late out/', ''))).toEqual(readdirSync(join(FOLDER, 'late out')));
  expect(stderr).toContain(kept[0]);
});

test('in threads, too', () => {
  const { status, stderr } = run(plant('jobs', `${global}.process.exit(0);`), '--jobs', '2');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^spancheck: the planted code .*\n$/);
});

test('planted code that does no harm holds or fails as it does without a supervisor', () => {
  expect(run(plant('harmless', 'void 0;')).status).toBe(0);
  const { status, stdout, stderr } = run(plant('drifting', 'h.nmalloc[sizeclass] += 1;'), '--json');
  const { verdicts } = JSON.parse(stdout) as { verdicts: { outcome: string }[] };
  expect([status, stderr, verdicts[0].outcome]).toEqual([1, '', 'failed']);
});

test('Ctrl-C reaches the child, or ends it', async () => {
  const child = spawn(
    process.execPath,
    [
      MAIN,
      'run',
      '--system',
      'model',
      '--time',
      '10m',
      '--plant',
      plant('deaf', `'a'.repeat(40).concat('!').match(/^(a+)+$/);`),
    ],
    { cwd: FOLDER, env: { ...ENVIRONMENT, SPANCHECK_PLANT_SECONDS: '100' } },
  );
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  setTimeout(() => child.kill('SIGINT'), 3000);
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect([status, stderr]).toEqual([130, expect.stringMatching(/^spancheck: interrupted while the planted code ran/)]);
});

test.skipIf(process.platform !== 'linux')('the child dies with its supervisor, even in an endless loop', async () => {
  const words = [
    'run',
    '--system',
    'model',
    '--time',
    '10m',
    '--plant',
    plant('loop', `'a'.repeat(40).concat('!').match(/^(a+)+$/);`),
  ];
  const supervisor = spawn(process.execPath, [MAIN, ...words], { cwd: FOLDER, env: ENVIRONMENT, stdio: 'ignore' });
  let children: readonly number[] = [];
  await until(() => {
    const { stdout } = spawnSync('pgrep', ['-P', String(supervisor.pid), '-f', 'main.js'], { encoding: 'utf8' });
    children = stdout.split('\n').filter(Boolean).map(Number);
    return children.length > 0;
  });
  // Time to come to the loop.
  await new Promise((later) => setTimeout(later, 3000));
  supervisor.kill('SIGKILL');
  const isThere = (pid: number): boolean =>
    existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  await until(() => !children.some(isThere));
  expect(children.filter(isThere)).toEqual([]);
  expect(children).toHaveLength(1);
});

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !holds(); i++) await new Promise((later) => setTimeout(later, 50));
}
