/**
 * Observes the trace without flushing reads, where it was observed by a read at each step.
 *
 *     2 Ps, read at each step: P0 gcStart
 *     2 Ps: P0 gcStart
 */
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

export function* observeWithoutReads({ shape: { procs, readsEachStep }, commands }: Trace): Candidates {
  if (readsEachStep === true) yield settled({ shape: { procs }, commands });
}
