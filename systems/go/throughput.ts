/**
 * Measures the throughput of the wire against a bare loop in Go. The loop runs the same traces from memory and compares the
 * counters with a scan of the spans after each command, or with `ReadMemStatsSlow` where a trace reads at each step; nothing
 * goes over the wire.
 */
import { at } from '../../properties/at';
import type { Trace } from '../../properties/trace/trace';
import type { GoSystem } from './goSystem';

export interface Throughput {
  readonly bareStepsPerSecond: number;
  /** Each trace starts when the one before it has ended. */
  readonly inTurn: Wire;
  /** Each trace is sent while the one before it runs. */
  readonly ahead: Wire;
}

export interface Wire {
  readonly stepsPerSecond: number;
  /** The median, over rounds, of the wire's share of the bare loop's throughput in the same round. */
  readonly ratio: number;
}

/** Runs all traces `times` times a round, each way in turn, so that every way meets the same noise. */
export async function throughput(
  system: GoSystem,
  traces: readonly Trace[],
  times: number,
  rounds: number,
): Promise<Throughput> {
  const steps = times * traces.reduce((sum, { commands }) => sum + commands.length, 0);
  const inTurnMs: number[] = [];
  const aheadMs: number[] = [];
  const bareMs: number[] = [];
  // The first run of a process makes the Ps and grows the heap.
  for (const trace of traces) await system.run(trace, () => true);
  for (let round = 0; round < rounds; round++) {
    let inTurn = 0;
    let ahead = 0;
    let bare = 0;
    for (const trace of traces) {
      inTurn += await timeMs(() => runInTurn(system, trace, times));
      bare += (await system.bare(trace, times)) / 1e6;
      ahead += await timeMs(() => runAhead(system, trace, times));
    }
    inTurnMs.push(inTurn);
    aheadMs.push(ahead);
    bareMs.push(bare);
  }
  const perSecond = (ms: readonly number[]): number => (steps * 1e3) / median(ms);
  const wire = (wireMs: readonly number[]): Wire => ({
    stepsPerSecond: perSecond(wireMs),
    ratio: median(wireMs.map((ms, round) => at(bareMs, round) / ms)),
  });
  return { bareStepsPerSecond: perSecond(bareMs), inTurn: wire(inTurnMs), ahead: wire(aheadMs) };
}

async function runInTurn(system: GoSystem, trace: Trace, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await system.run(trace, () => true);
}

async function runAhead(system: GoSystem, trace: Trace, times: number): Promise<void> {
  let before: unknown;
  for (let i = 0; i < times; i++) {
    const running = system.run(trace, () => true);
    await before;
    before = running;
  }
  await before;
}

async function timeMs(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(numbers: readonly number[]): number {
  return at(
    [...numbers].sort((a, b) => a - b),
    numbers.length >> 1,
  );
}
