/** Decides if a system can perform a trace at all. */
import type { SystemTraits } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { highestProcs } from './alphabet';

export type Abilities = Pick<SystemTraits, 'ops' | 'maxProcs'>;

/** Reports whether the system has every command of the trace, and as many Ps as the trace has at any time. */
export function isPerformable({ ops, maxProcs }: Abilities, trace: Trace): boolean {
  return highestProcs(trace) <= maxProcs && trace.commands.every(({ op }) => ops.has(op));
}
