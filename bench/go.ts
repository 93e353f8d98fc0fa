/**
 * The real runtime: how close the wire to the driver comes to a bare loop in Go, and what a read of the statistics costs
 * before the counters (Go 1.8), when they came (1.9) and now.
 */
import { freemem } from 'node:os';
import { EnvironmentError } from '../properties/input/environmentError';
import { Prng } from '../properties/draw/prng';
import { TraceGenerator } from '../properties/draw/generator';
import type { Trace } from '../properties/trace/trace';
import { goSystem, type GoSystem } from '../systems/go/goSystem';
import { throughput, type Wire } from '../systems/go/throughput';
import { goReads } from '../systems/go/reads';
import { at } from '../properties/at';

export interface GoOptions {
  /** `local` or releases; one that cannot be had is skipped, and named. */
  readonly releases: readonly string[];
  readonly heapMib: readonly number[];
  /** Reads of each heap, of which the shortest counts. */
  readonly reads: number;
  /** Rounds of wire and bare loop in turn. */
  readonly rounds: number;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export const GO: GoOptions = { releases: ['go1.8.7', 'go1.9.7', 'local'], heapMib: [100, 1024], reads: 50, rounds: 15 };

/** 16 GiB as well. */
export const GO_LARGE: GoOptions = { ...GO, heapMib: [...GO.heapMib, 16 * 1024] };

export interface GoRow {
  readonly name: string;
  readonly release: string;
  readonly unit: 'steps/s' | 'µs' | 'ms';
  readonly value: number;
  /** The figure it is compared with, in the same unit, and the ratio of the two. */
  readonly beside?: { readonly name: string; readonly value: number; readonly ratio: number };
}

export interface GoFigures {
  readonly rows: readonly GoRow[];
  /** The measurements that were skipped, one line each. */
  readonly skipped: readonly string[];
}

export async function benchGo(options: GoOptions = GO): Promise<GoFigures> {
  const rows: GoRow[] = [];
  const skipped: string[] = [];
  const heapMib = options.heapMib.filter(fits);
  for (const mib of options.heapMib)
    if (!fits(mib)) skipped.push(`Go heap of ${heapSize(mib)}: does not fit into memory`);
  const attempt = async (measure: () => Promise<readonly GoRow[]>): Promise<void> => {
    try {
      rows.push(...(await measure()));
    } catch (error) {
      if (!(error instanceof EnvironmentError)) throw error;
      skipped.push(error.message);
    }
  };
  if (options.rounds > 0) await attempt(() => wireRows(options));
  for (const toolchain of options.releases) await attempt(() => readRows({ ...options, heapMib }, toolchain));
  return { rows, skipped };
}

/** Lengths of traces: as `run` draws them, up to 400 commands, 200 on average. */
const TRACE_COMMANDS = [50, 150, 250, 350];
const TIMES_PER_ROUND = 6;

/** The first traces of these lengths that are looked at in one of the two ways. */
function drawn(system: GoSystem, readsEachStep: boolean): readonly Trace[] {
  const draw = new TraceGenerator({
    ops: system.ops,
    maxProcs: system.maxProcs,
    canReadEachStep: true,
    maxCommands: 400,
  });
  const prng = new Prng();
  const traces: Trace[] = [];
  for (let seed = 1; traces.length < TRACE_COMMANDS.length; seed++) {
    prng.seed(seed, 0, 0);
    const trace = draw.draw(prng, at(TRACE_COMMANDS, traces.length), false);
    if ((trace.shape.readsEachStep === true) === readsEachStep) traces.push(trace);
  }
  return traces;
}

async function wireRows({ rounds, onProgress }: GoOptions): Promise<readonly GoRow[]> {
  onProgress?.('Go: the wire beside the bare loop');
  const system = await goSystem({ onProgress });
  try {
    const rows: GoRow[] = [];
    for (const readsEachStep of [false, true]) {
      const { bareStepsPerSecond, inTurn, ahead } = await throughput(
        system,
        drawn(system, readsEachStep),
        TIMES_PER_ROUND,
        rounds,
      );
      const row = (name: string, { stepsPerSecond, ratio }: Wire): GoRow => {
        const beside = { name: 'bare Go loop', value: bareStepsPerSecond, ratio };
        return { name, release: system.toolchain.version, unit: 'steps/s', value: stepsPerSecond, beside };
      };
      const way = readsEachStep ? 'read at each step' : 'without a flush';
      rows.push(
        row(`checked steps ${way}, one trace after the other`, inTurn),
        row(`checked steps ${way}, the next trace sent ahead`, ahead),
      );
    }
    return rows;
  } finally {
    await system.close();
  }
}

async function readRows({ heapMib, reads, onProgress }: GoOptions, toolchain: string): Promise<readonly GoRow[]> {
  const real = await goReads({ toolchain, onProgress });
  const rows: GoRow[] = [];
  for (const mib of heapMib) {
    onProgress?.(`${real.version}: ReadMemStats at ${heapSize(mib)}`);
    const value = (await real.readNs(mib, reads)) / 1e3;
    rows.push({ name: `ReadMemStats, ${heapSize(mib)} of 1 KiB objects`, release: real.version, unit: 'µs', value });
  }
  if (real.hasRescan) rows.push(...(await rescanRows(heapMib, reads, toolchain)));
  return rows;
}

/** The driver calls the rescan, because it is a function of the runtime's tests. */
async function rescanRows(heapMib: readonly number[], reads: number, toolchain: string): Promise<readonly GoRow[]> {
  const system = await goSystem({ toolchain, stepTimeoutMs: REST_TIMEOUT_MS });
  const rows: GoRow[] = [];
  try {
    for (const mib of heapMib) {
      const { rescanNs } = await system.timeReads(mib, reads);
      rows.push({
        name: `ReadMemStatsSlow, ${heapSize(mib)} of 1 KiB objects`,
        release: system.toolchain.version,
        unit: 'ms',
        value: rescanNs / 1e6,
      });
    }
  } finally {
    await system.close();
  }
  return rows;
}

/** To fill 16 GiB takes its time. */
const REST_TIMEOUT_MS = 300_000;

function fits(heapMib: number): boolean {
  return heapMib * 2 ** 20 * 1.2 < freemem();
}

export function heapSize(mib: number): string {
  return mib < 1024 ? `${mib} MiB` : `${mib / 1024} GiB`;
}
