/** The pace of the wire beside the bare loop: the same trace, again and again, with and without answers. */
import type { Trace } from '../../properties/trace';
import type { GoSystem } from '../go';

export interface Pace {
  readonly wireStepsPerSecond: number;
  readonly bareStepsPerSecond: number;
}

/** The median of `rounds` rounds of `times` runs each, wire and bare in turn, so that both meet the same noise. */
export async function pace(system: GoSystem, trace: Trace, times: number, rounds: number): Promise<Pace> {
  const steps = trace.commands.length * times;
  const wire: number[] = [];
  const bare: number[] = [];
  // The first run of a process makes the Ps and grows the heap.
  await system.run(trace, () => true);
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < times; i++) await system.run(trace, () => true);
    wire.push((steps * 1e3) / (performance.now() - start));
    bare.push((steps * 1e9) / (await system.bare(trace, times)));
  }
  return { wireStepsPerSecond: median(wire), bareStepsPerSecond: median(bare) };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
