/** The rate at which a trace fails when it is run again and again. */
import type { FailingTrace } from '../properties/failure';
import { isSameBug } from './sameBug';
import { TrialAborted, type Trial } from './trial';

export interface Rate {
  readonly failed: number;
  readonly runs: number;
}

/**
 * Runs a trace `runs` times and counts how often it fails as the same bug. Makes fewer runs if `isOver` says so or the
 * trial is aborted; an aborted run does not count.
 */
export async function rateOf(
  known: FailingTrace,
  trial: Trial,
  runs: number,
  isOver: () => boolean = () => false,
): Promise<Rate> {
  let failed = 0;
  let done = 0;
  try {
    for (; done < runs && !isOver(); done++) {
      const failure = await trial.run(known.trace);
      if (failure !== undefined && isSameBug(known, { trace: known.trace, failure })) failed++;
    }
  } catch (error) {
    if (!(error instanceof TrialAborted)) throw error;
  }
  return { failed, runs: done };
}

/** Formats a rate as `fails 7 of 20 times`. */
export function formatRate({ failed, runs }: Rate): string {
  return `fails ${failed} of ${runs} times`;
}
