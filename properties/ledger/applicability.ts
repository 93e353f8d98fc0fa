/** The applicability of a trace, decided on the ledger alone. No system runs. */
import { Ledger } from './ledger';
import type { Trace } from '../trace/trace';

/** The first command of a trace that does not apply, and the reason. */
export interface InapplicableCommand {
  readonly step: number;
  readonly why: string;
}

/** Returns the first command that does not apply where it stands; undefined if all of them do. */
export function firstObstacle(trace: Trace, ledger: Ledger = new Ledger()): InapplicableCommand | undefined {
  ledger.reset(trace.shape.procs, trace.shape.readsEachStep);
  for (const [step, command] of trace.commands.entries()) {
    const why = ledger.obstacle(command);
    if (why !== undefined) return { step, why };
    ledger.apply(command);
  }
  return undefined;
}
