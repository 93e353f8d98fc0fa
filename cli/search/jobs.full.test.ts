/** A search in several threads: what it finds, what it prints to repeat it, and how it ends. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../../packageRoot';
import { JobBoard } from './jobBoard';
import type { SystemVerdict } from '../output/verdicts';

const ROOT = packageRoot();
const MAIN = join(ROOT, 'dist/cli/main.js');
const FOLDER = mkdtempSync(join(tmpdir(), 'spancheck-jobs-'));
const SLAB = join(ROOT, 'systems', 'exec', 'examples', 'slab.py');
const CANARY = join(ROOT, 'faults', 'canary.json');
const FAULT = join(ROOT, 'faults', 'catalogue', 'tiny-align-8.json');

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function spancheck(...words: string[]): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  return spawnSync(process.execPath, [MAIN, ...words], { cwd: FOLDER, encoding: 'utf8', timeout: 60_000 });
}

function verdictOf(stdout: string): SystemVerdict {
  const [verdict] = (JSON.parse(stdout) as { verdicts: SystemVerdict[] }).verdicts;
  // How far later jobs come is chance.
  const { later: _, ...rest } = verdict;
  return { ...rest, seconds: 0 };
}

const run = (words: string): SystemVerdict => verdictOf(spancheck('run', '--json', ...words.split(' ')).stdout);

test('jobs draw what runs with their seeds draw, and what they did and reached is added up', () => {
  const together = run('--system model --commands 100 --seed 7 --traces 31 --jobs 3');
  const alone = [
    [7, 11],
    [1007, 10],
    [2007, 10],
  ].map(([seed, traces]) => run(`--system model --commands 100 --seed ${seed} --traces ${traces}`));
  const sum = (of: (verdict: SystemVerdict) => number) => alone.reduce((total, verdict) => total + of(verdict), 0);
  expect([together.outcome, together.traces, together.steps]).toEqual(['held', 31, sum(({ steps }) => steps)]);
  expect(together.ops).toEqual(alone[0].ops.map(({ op }, i) => ({ op, applied: sum(({ ops }) => ops[i].applied) })));
  expect(together.states).toEqual(
    alone[0].states.map(({ name }, i) => ({ name, steps: sum(({ states }) => states[i].steps) })),
  );
  expect(together.repeat).toBe('npx spancheck run --system model --jobs 3 --seed 7 --traces 31 --commands 100');
});

test('of several jobs that find something the first in order counts, and its line repeats it in one thread', () => {
  const words = `--system model --plant ${FAULT} --seed 1 --traces 60 --commands 50 --jobs 3`;
  const [found, again] = [run(`${words} --out a`), run(`${words} --out a`)];
  expect(again).toEqual(found);
  expect(found.outcome).toBe('failed');
  // The first job draws its 20 traces and finds nothing; the second does, with the 17th of its own.
  expect([found.traces, found.repeat]).toEqual([37, expect.stringMatching(/--seed 1001 --traces 17 --commands 50$/)]);
  expect(existsSync(join(FOLDER, found.found?.file ?? ''))).toBe(true);
  const alone = run(`${found.repeat.replace('npx spancheck run ', '')} --out a`);
  expect([alone.traces, alone.found]).toEqual([17, found.found]);
});

test('a job before the one that finds something goes on, since its own would count', () => {
  // The second job finds something in its first trace, the first in its 448th.
  const fault = join(ROOT, 'faults', 'catalogue', 'gc-tiny-block-of-p0-only.json');
  const { repeat } = run(`--system model --plant ${fault} --seed 4 --traces 1000 --commands 50 --jobs 2 --out c`);
  expect(repeat).toMatch(/--seed 4 --traces 448 --commands 50$/);
});

test('the failure reported first is the same in threads, whatever the order of --checks', () => {
  const found = ['--jobs 1', '--jobs 2', '--jobs 2 --time 5m'].map(
    (words) =>
      run(`--system model --plant ${CANARY} --seed 7 --traces 4 --checks ledger,rescan --out b ${words}`).found,
  );
  expect(found.map((each) => [each?.failure.check, each?.file.startsWith('b/model-canary-rescan-')])).toEqual(
    found.map(() => ['rescan', true]),
  );
});

test('more jobs than traces are as many as traces', () => {
  writeFileSync(join(FOLDER, 'counted.sh'), `echo >> opened.txt; exec python3 ${SLAB}\n`);
  const { stdout } = spancheck('run', '--system', 'exec:sh counted.sh', '--traces', '2', '--jobs', '8', '--json');
  const { outcome, traces } = verdictOf(stdout);
  // One is opened to be asked what it can do, and one by each job.
  expect([outcome, traces, readFileSync(join(FOLDER, 'opened.txt'), 'utf8').length]).toEqual(['held', 2, 3]);
});

test('where time is limited, the first failure ends the search, whichever job finds it', () => {
  writeFileSync(
    join(FOLDER, 'bad.py'),
    readFileSync(SLAB, 'utf8').replace('self.mallocs[cls] += count', 'self.mallocs[cls] += 2 * count'),
  );
  // One job has an allocator that holds; shrinking gets one that fails.
  writeFileSync(
    join(FOLDER, 'mixed.sh'),
    `mkdir opened 2>/dev/null && exec python3 bad.py; mkdir good 2>/dev/null && exec python3 ${SLAB}; exec python3 bad.py\n`,
  );
  const { status, stdout } = spancheck('run', '--system', 'exec:sh mixed.sh', '--jobs', '2', '--time', '10m', '--json');
  expect([status, verdictOf(stdout).outcome]).toEqual([1, 'failed']);
});

test('what later jobs found is on the screen, each with its file', () => {
  const words = `run --system model --plant ${CANARY} --seed 7 --traces 4 --jobs 2 --out d`;
  const { stdout } = spancheck(...words.split(' '));
  const files = readdirSync(join(FOLDER, 'd'));
  // The second job may end before its first failure; its seeds are from 1007 on.
  for (const file of files) expect(stdout).toContain(`d/${file}`);
  expect(files.some((file) => file.includes('-7-'))).toBe(true);
  if (files.some((file) => file.includes('-1007-'))) expect(stdout).toMatch(/^ {2}later {3}rescan: /m);
});

test('a search that time ended prints a line that repeats exactly what it says', () => {
  const timed = run('--system model --commands 50 --seed 7 --jobs 3 --time 1s --checks rescan');
  expect(timed.repeat).toMatch(/--jobs 3 .*--traces [\d,]+ --commands 50$/);
  const again = run(timed.repeat.replace('npx spancheck run ', ''));
  expect([again.traces, again.steps, again.ops]).toEqual([timed.traces, timed.steps, timed.ops]);
});

test('a system that a job cannot open: one line, exit 2', () => {
  // The first is opened here, for the checks that it can be asked; the others by the jobs.
  writeFileSync(join(FOLDER, 'once.sh'), `mkdir once && exec python3 ${SLAB}\n`);
  const { status, stdout, stderr } = spancheck('run', '--system', 'exec:sh once.sh', '--jobs', '2', '--traces', '10');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^spancheck: exec:sh once.sh: exited with code 1; .*\n$/);
});

test('Ctrl-C ends all jobs in order, with what is known so far', async () => {
  const child = spawn(
    process.execPath,
    [MAIN, 'run', '--system', 'model', '--seed', '7', '--time', '10m', '--jobs', '2', '--json'],
    { cwd: FOLDER },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  setTimeout(() => child.kill('SIGINT'), 2000);
  const status = await new Promise((resolve) => child.on('close', resolve));
  const { outcome, traces } = verdictOf(stdout);
  expect([status, outcome, traces > 0]).toEqual([130, 'interrupted', true]);
});

test('jobs from one on end, and none goes on again; how far each is, is added up', () => {
  const board = JobBoard.of(4);
  const elsewhere = JobBoard.at(board.memory);
  const over = () => [0, 1, 2, 3].map((job) => elsewhere.isOver(job));
  const ended = [4, 3, 1, 2, 0].map((job) => {
    board.endFrom(job);
    return over();
  });
  expect(ended).toEqual([
    [false, false, false, false],
    [false, false, false, true],
    [false, true, true, true],
    [false, true, true, true],
    [true, true, true, true],
  ]);
  board.note(0, 10, 1);
  elsewhere.note(3, 5, 2);
  expect([board.sum(), elsewhere.sum()]).toEqual([
    { steps: 15, traces: 3 },
    { steps: 15, traces: 3 },
  ]);
});
