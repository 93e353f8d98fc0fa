/**
 * The pace of the wire beside a bare loop in Go, which runs the same traces from memory and compares the counters with a
 * scan of the spans after each command (where a trace reads at each step, as `ReadMemStatsSlow` does), with nothing on
 * the wire.
 */
import type { Trace } from '../../properties/trace/trace';
import type { GoSystem } from './goSystem';

export interface Pace {
  readonly bareStepsPerSecond: number;
  /** One trace after the other. */
  readonly inTurn: Wire;
  /** Each trace is sent while the one before it runs. */
  readonly ahead: Wire;
}

export interface Wire {
  readonly stepsPerSecond: number;
  /** The median over rounds of what the wire reached of the bare loop in the same round. */
  readonly ratio: number;
}

/** In each round all traces run so many times, each way in turn, so that all meet the same noise. */
export async function pace(system: GoSystem, traces: readonly Trace[], times: number, rounds: number): Promise<Pace> {
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
    ratio: median(wireMs.map((ms, round) => bareMs[round] / ms)),
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
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
