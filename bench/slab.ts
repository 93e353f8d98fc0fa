/**
 * The small allocator under four libraries: spancheck, `fc.commands`, Hypothesis and rapid. The last two are fetched
 * by their own tools into a temporary folder; where they cannot be had, the row says so.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../packageRoot';
import { CHECKS } from '../properties/checks/checks';
import { commandText } from '../properties/trace/commandText';
import { SyncJudge } from '../properties/judge';
import { inProcessSystem } from '../systems/inProcess';
import { shrink } from '../shrinkers/shrink';
import { failingTrace, type Planted } from '../testing/planted';
import { SLAB_BUGS, SlabAllocator, type SlabBug } from './slabAllocator';
import { plainSlabFinal } from './slabPeer';
import { median } from './shrinkRow';
import type { Failure } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';
import { syncTrial } from '../shrinkers/trial';

export interface SlabRow {
  readonly library: string;
  readonly bug: SlabBug;
  /** Why there are no figures. */
  readonly skipped: string | undefined;
  /** Seeds that found a failure. */
  readonly seeds: number;
  readonly finals: number;
  readonly longest: number;
  readonly median: number;
}

/** The final traces of each seed, by bug; or the reason the library did not run. */
type Ends = ReadonlyMap<SlabBug, readonly (readonly string[])[]> | string;

export async function benchSlab(seeds: number, say: (text: string) => void): Promise<readonly SlabRow[]> {
  const libraries: readonly (readonly [string, () => Ends | Promise<Ends>])[] = [
    ['spancheck', () => ofEach(async (bug) => spancheckEnds(bug, seeds))],
    ['fc.commands', () => ofEach(async (bug) => Promise.resolve(plainEnds(bug, seeds)))],
    ['Hypothesis', () => inFolder((folder) => hypothesisEnds(folder, seeds))],
    ['rapid', () => inFolder((folder) => rapidEnds(folder, seeds))],
  ];
  const rows: SlabRow[] = [];
  for (const [library, ask] of libraries) {
    say(`slab: ${library}`);
    const ends = await ask();
    for (const bug of SLAB_BUGS) rows.push(rowOf(library, bug, ends));
  }
  return rows;
}

function rowOf(library: string, bug: SlabBug, ends: Ends): SlabRow {
  if (typeof ends === 'string') return { library, bug, skipped: ends, seeds: 0, finals: 0, longest: 0, median: 0 };
  const traces = ends.get(bug) ?? [];
  const lengths = traces.map(({ length }) => length);
  const finals = new Set(traces.map((steps) => steps.join('; '))).size;
  return {
    library,
    bug,
    skipped: undefined,
    seeds: traces.length,
    finals,
    longest: Math.max(0, ...lengths),
    median: median(lengths),
  };
}

async function ofEach(endsOf: (bug: SlabBug) => Promise<readonly (readonly string[])[]>): Promise<Ends> {
  const ends = new Map<SlabBug, readonly (readonly string[])[]>();
  for (const bug of SLAB_BUGS) ends.set(bug, await endsOf(bug));
  return ends;
}

async function spancheckEnds(bug: SlabBug, seeds: number): Promise<readonly (readonly string[])[]> {
  const fault = slab(bug);
  const ends: string[][] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const start = failingTrace(fault, seed);
    if (start === undefined) continue;
    const { trace } = await shrink(start.trace, start.failure, fault.trial, { ops: fault.system.ops });
    ends.push(trace.commands.map(commandText));
  }
  return ends;
}

function slab(bug: SlabBug): Planted {
  const system = inProcessSystem(new SlabAllocator(bug));
  const judge = new SyncJudge(system, { checks: CHECKS.filter(({ name }) => name === 'rescan') });
  const tryTrace = (trace: Trace): Failure | undefined => judge.run(trace).failure;
  return { name: bug, system, tryTrace, trial: syncTrial(tryTrace) };
}

function plainEnds(bug: SlabBug, seeds: number): readonly (readonly string[])[] {
  const finals = Array.from({ length: seeds }, (_, i) => plainSlabFinal(() => new SlabAllocator(bug), i + 1));
  return finals.filter((steps) => steps !== undefined);
}

async function inFolder(ask: (folder: string) => Ends | Promise<Ends>): Promise<Ends> {
  const folder = mkdtempSync(join(tmpdir(), 'spancheck-peer-'));
  try {
    return await ask(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const PEERS = join(packageRoot(), 'bench', 'peers');

function hypothesisEnds(folder: string, seeds: number): Ends | Promise<Ends> {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (!runs('python3', ['-m', 'venv', folder])) return 'there is no python3 with venv';
  if (!runs(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'hypothesis']))
    return 'hypothesis cannot be installed';
  return ofEach(async (bug) => {
    const { stdout } = spawnSync(python, [join(PEERS, 'slab_hypothesis.py'), bug, String(seeds)], {
      encoding: 'utf8',
      cwd: folder,
      maxBuffer: 1 << 28,
    });
    return Promise.resolve(stepsOf(stdout, 'Hypothesis'));
  });
}

function rapidEnds(folder: string, seeds: number): Ends | Promise<Ends> {
  if (!runs('go', ['version'], folder)) return 'there is no go';
  copyFileSync(join(PEERS, 'slab_rapid_test.go.txt'), join(folder, 'slab_test.go'));
  if (!runs('go', ['mod', 'init', 'slab'], folder) || !runs('go', ['get', 'pgregory.net/rapid@latest'], folder))
    return 'rapid cannot be fetched';
  return ofEach(async (bug) => {
    const out = join(folder, `${bug}.json`);
    const env = { ...process.env, SLAB_BUG: bug, SLAB_SEEDS: String(seeds), SLAB_OUT: out };
    spawnSync('go', ['test', '-timeout', '1h', '-run', 'TestSlab', '.'], { cwd: folder, env });
    return Promise.resolve(stepsOf(readFileSync(out, 'utf8'), 'rapid'));
  });
}

function runs(program: string, words: readonly string[], cwd?: string): boolean {
  return spawnSync(program, words, { cwd, stdio: 'ignore' }).status === 0;
}

function stepsOf(text: string, library: string): readonly (readonly string[])[] {
  const ends: unknown = JSON.parse(text);
  if (
    !Array.isArray(ends) ||
    !ends.every((steps) => Array.isArray(steps) && steps.every((step) => typeof step === 'string'))
  ) {
    throw new Error(`${library} answered with something else than lists of steps`);
  }
  return ends;
}
