/** Looks without a flush where each step was observed by a read: a trace that says less is simpler. */
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

export function* observeWithoutReads({ shape: { procs, readsEachStep }, commands }: Trace): Candidates {
  if (readsEachStep === true) yield settled({ shape: { procs }, commands });
}
