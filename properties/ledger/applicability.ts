/** Walking a trace on the ledger alone: whether every command applies where it stands. */
import { Ledger } from './ledger';
import type { Trace } from '../trace/trace';

export interface InapplicableCommand {
  readonly step: number;
  readonly why: string;
}

/** The first command that does not apply, or nothing. No system is run. */
export function firstObstacle(trace: Trace, ledger: Ledger = new Ledger()): InapplicableCommand | undefined {
  ledger.reset(trace.shape.procs, trace.shape.readsEachStep);
  for (const [step, command] of trace.commands.entries()) {
    const why = ledger.obstacle(command);
    if (why !== undefined) return { step, why };
    ledger.apply(command);
  }
  return undefined;
}
