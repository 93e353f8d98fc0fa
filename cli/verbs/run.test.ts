/** `spancheck run` as people and CI call it: no false green, and one signal ends it. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';

const MAIN = join(packageRoot(), 'dist/cli/main.js');
const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-run-'));
const CANARY = join(packageRoot(), 'faults', 'canary.json');
const SLAB = join(packageRoot(), 'systems', 'exec', 'examples', 'slab.py');

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function spancheck(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [MAIN, 'run', ...words], {
    cwd: FOLDER,
    encoding: 'utf8',
    env: { ...process.env, GITHUB_ACTIONS: '', ...env },
  });
}

const MODEL = ['--system', 'model', '--seed', '7'];
const FAILING = [...MODEL, '--plant', CANARY];

test('no check that can run: nothing was checked, exit 2', () => {
  const { status, stdout } = spancheck([...MODEL, '--checks', 'twins']);
  expect(status).toBe(2);
  expect(stdout).toMatch(/^model .*nothing was checked: none of these checks can run on it$/m);
  expect(stdout).toContain('0 of 1 ran; not twins (no figure of its own twice)');
  expect(stdout).not.toMatch(/held/);
  const json = spancheck([...MODEL, '--checks', 'twins', '--json']);
  expect([json.status, json.stderr.split('\n').length]).toEqual([2, 2]);
  expect(json.stdout).toContain('"outcome": "nothing checked"');
});

test('checks that compare nothing after any command of the run: nothing was checked, exit 2', () => {
  const { status, stdout } = spancheck([...MODEL, '--checks', 'flushed', '--traces', '1', '--commands', '1']);
  expect(status).toBe(2);
  expect(stdout).toMatch(/^model .*nothing was checked: no command came after which one of these checks compares/m);
});

test('no traces: refused in one line, exit 2', () => {
  expect(spancheck([...MODEL, '--traces', '0'])).toMatchObject({ status: 2, stdout: '' });
});

test('a check that had nothing to compare is not among those that ran', () => {
  const { status, stdout } = spancheck([...MODEL, '--checks', 'rescan,flushed', '--traces', '1', '--commands', '1']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^model {3}held .*1 check after each/m);
  expect(stdout).toContain('1 of 2 ran; not flushed (nothing to compare yet)');
});

test('--json says how traces were drawn', () => {
  const { stdout } = spancheck([...MODEL, '--traces', '2', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    spancheck: 'run',
    drawProbabilities: { usualMaxProcs: expect.anything() },
  });
});

test('the screen says which checks could not run, and why', () => {
  const { stdout } = spancheck(['--system', `exec:python3 ${SLAB}`, '--traces', '2']);
  expect(stdout).toMatch(/^checks {2}exec: \d+ of 18 ran; not /m);
  expect(stdout).toContain('(no view of its heap');
});

test('the repeat line says all that was typed and quotes it; next lines open the file', () => {
  const { stdout } = spancheck([...FAILING, '--out', 'out dir']);
  expect(stdout).toMatch(/^repeat .* --out 'out dir' --seed 7 --traces 1 /m);
  const [file] = readdirSync(join(FOLDER, 'out dir'));
  expect(stdout).toContain(`npx spancheck replay 'out dir/${file}'`);
});

test('--quiet prints nothing about what holds, and all about what fails', () => {
  expect(spancheck([...MODEL, '--traces', '5', '--quiet'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(spancheck([...FAILING, '--quiet']).stdout).toContain('FAILED');
});

test('--max-failures goes on after a failure: one row for each signature', () => {
  const words = [...MODEL, '--traces', '20', '--max-failures', '3', '--out', 'many', '--json'];
  const plants = ['tiny-hit-not-counted', 'uncache-span-no-heap-live'].flatMap((name) => [
    '--plant',
    join(packageRoot(), 'faults', 'catalogue', `${name}.json`),
  ]);
  const { status, stdout } = spancheck([...words, ...plants]);
  const [{ found, traces }] = (
    JSON.parse(stdout) as {
      verdicts: [
        { traces: number; found: { failure: { signature: string }; others: { failure: { signature: string } }[] } },
      ];
    }
  ).verdicts;
  const signatures = [found, ...found.others].map(({ failure }) => failure.signature);
  expect([status, new Set(signatures).size]).toEqual([1, signatures.length]);
  expect(signatures.length).toBeGreaterThan(1);
  // It went on: one failure ends a search of these two bugs within a few traces.
  expect(traces).toBeGreaterThan(spancheckTraces(plants));
});

function spancheckTraces(plants: readonly string[]): number {
  const { stdout } = spancheck([...MODEL, '--traces', '20', '--json', ...plants]);
  return (JSON.parse(stdout) as { verdicts: [{ traces: number }] }).verdicts[0].traces;
}

test('a config file gives the options that the command line leaves open', () => {
  const config = join(FOLDER, 'spancheck.config.json');
  writeFileSync(config, '{"system": "model", "seed": 7, "traces": 3, "checks": ["rescan"]}');
  try {
    expect(spancheck([]).stdout).toMatch(/^repeat .*--system model --checks rescan --seed 7 --traces 3 /m);
    expect(spancheck(['--seed', '8']).stdout).toContain('seed 8');
    writeFileSync(config, '{"sytem": "model"}');
    expect(spancheck([])).toMatchObject({
      status: 2,
      stderr: 'spancheck: spancheck.config.json: sytem: unknown key; did you mean system?\n',
    });
    writeFileSync(config, '{"checks": ["rescam"]}');
    expect(spancheck([]).stderr).toMatch(/^spancheck: spancheck.config.json: checks: rescam is not a check; .*\n$/);
  } finally {
    rmSync(config);
  }
});

test('a JUnit report has a test for each check, also where the verdict is exit 1', () => {
  expect(spancheck([...FAILING, '--junit', 'report.xml']).status).toBe(1);
  const xml = readFileSync(join(FOLDER, 'report.xml'), 'utf8');
  expect(xml).toContain('<testsuites tests="18" failures="1" errors="0" skipped="2">');
  expect(xml).toMatch(/<testcase classname="model" name="rescan">\s*<failure message="Alloc: /);
});

test('a JUnit report that cannot be written does not hide the failure', () => {
  const { status, stdout, stderr } = spancheck([...FAILING, '--junit', '/proc/none/report.xml']);
  expect([status, stderr.split('\n').length]).toEqual([1, 2]);
  expect(stdout).toContain('FAILED');
});

test('on GitHub a failure is annotated, and the job gets a summary', () => {
  const { stderr } = spancheck(FAILING, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(FOLDER, 'summary.md') });
  expect(stderr).toMatch(/^::error file=\.spancheck\/[\w.-]+\.json,title=model%3A rescan::Alloc: .*%0A.*\n$/);
  expect(readFileSync(join(FOLDER, 'summary.md'), 'utf8')).toMatch(/^\| model \| failed \| .* \|$/m);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a run on a system that hangs, with its verdict, exit %i', async (signal, code) => {
  // It answers up to the first collection, then never again; nor does it hear of the end of its input, or SIGTERM.
  writeFileSync(
    join(FOLDER, 'hangs.py'),
    readFileSync(SLAB, 'utf8')
      .replace('import json, sys', 'import json, signal, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)')
      .replace('def gcStart(self):', 'def gcStart(self):\n        time.sleep(1000)'),
  );
  const child = spawn(
    process.execPath,
    [MAIN, 'run', '--system', 'exec:python3 hangs.py', '--seed', '7', '--time', '10m'],
    {
      cwd: FOLDER,
    },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  let sentMs = 0;
  setTimeout(() => {
    sentMs = performance.now();
    child.kill(signal);
  }, 4000);
  const status = await new Promise((resolve) => child.on('close', resolve));
  expect([status, sentMs > 0]).toEqual([code, true]);
  expect(stdout).toMatch(/^exec .*stopped/m);
});
