/** How often a trace fails when it is run again and again. */
import type { Trace } from '../properties/trace/trace';
import type { Failure } from '../properties/failure';
import { isSameBug } from './sameBug';
import type { Trial } from './trial';

export interface Rate {
  readonly failed: number;
  readonly runs: number;
}

/** Runs a trace `runs` times and counts how often it fails as the same bug. */
export async function rateOf(
  trace: Trace,
  failure: Failure,
  trial: Trial,
  runs: number,
  isOver: () => boolean = () => false,
): Promise<Rate> {
  let failed = 0;
  let done = 0;
  for (; done < runs && !isOver(); done++) {
    const found = await trial.run(trace);
    if (found !== undefined && isSameBug({ trace, failure }, { trace, failure: found })) failed++;
  }
  return { failed, runs: done };
}

/** `fails 7 of 20 times`. */
export function formatRate({ failed, runs }: Rate): string {
  return `fails ${failed} of ${runs} times`;
}
