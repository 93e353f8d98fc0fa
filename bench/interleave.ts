/** States a second of the search of interleavings, beside SPIN on the same protocol where it is installed. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore } from '../interleave/explore';
import { heapStats } from '../interleave/heapStats';
import { mcentral } from '../interleave/mcentral';
import { protocolOf } from '../interleave/program';
import { packageRoot } from '../packageRoot';

export interface InterleaveRow {
  readonly what: string;
  readonly states: number;
  readonly statesPerCpuSecond: number;
  /** SPIN on the same protocol, without partial order reduction and with it; undefined where it is not installed. */
  readonly spin?: readonly { readonly states: number; readonly statesPerSecond: number }[] | undefined;
}

/** Rounds of each search; the best counts, since other load only makes one slower. */
const ROUNDS = 3;

export function benchInterleave(): readonly InterleaveRow[] {
  const heapStatsRow = rowOf('heap-stats, 3 writers x 2 windows x 2 reads', () =>
    explore(protocolOf(heapStats({ writers: 3, windows: 2, reads: 2 }))),
  );
  const mcentralRow = rowOf('mcentral, 2 Ps x 3 flows, 2 sweeps', () =>
    explore(protocolOf(mcentral({ procs: 2, flows: 3, sweeps: 2 }))),
  );
  return [{ ...heapStatsRow, spin: spin('heap_stats.pml') }, mcentralRow];
}

function rowOf(what: string, search: () => { readonly states: number }): InterleaveRow {
  let best = Infinity;
  let states = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    ({ states } = search());
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return { what, states, statesPerCpuSecond: states / best };
}

/** Runs SPIN on a Promela model of `bench/peers`; undefined where there is no `spin` or no C compiler. */
function spin(model: string): InterleaveRow['spin'] {
  if (spawnSync('spin', ['-V']).status !== 0 || spawnSync('cc', ['--version']).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'spancheck-spin-'));
  try {
    run('spin', ['-a', join(packageRoot(), 'bench', 'peers', model)], folder);
    return [['-DNOREDUCE'], []].map((reduction) => {
      run('cc', ['-O2', '-DSAFETY', ...reduction, '-w', '-o', 'pan', 'pan.c'], folder);
      return spinFigures(run('./pan', ['-m100000', '-w24'], folder));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function spinFigures(output: string): { readonly states: number; readonly statesPerSecond: number } {
  const states = Number(/([\d.e+]+) states, stored/.exec(output)?.[1]);
  const seconds = Number(/elapsed time ([\d.]+) seconds/.exec(output)?.[1]);
  if (!output.includes('errors: 0') || !(states > 0))
    throw new Error(`spin found an error or printed no figures:\n${output}`);
  return { states, statesPerSecond: states / Math.max(seconds, 0.01) };
}

function run(command: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}: ${stderr || stdout}`);
  return stdout;
}
