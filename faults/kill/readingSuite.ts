/**
 * A suite that reads after every command and looks at nothing else, as TestReadMemStats does. A read flushes, so such a
 * suite never sees what builds up between two flushes.
 */
import type { Check } from '../../properties/checks/checks';
import type { Command } from '../../properties/trace/command';
import { NO_DRIFTS } from '../../properties/drift';
import { Ledger } from '../../properties/ledger/ledger';
import type { Trace } from '../../properties/trace/trace';

/** Returns the checks, each evaluated after reads only. */
export function checksAtReads(checks: readonly Check[]): readonly Check[] {
  return checks.map((check) => ({
    ...check,
    drifts: (context) => (context.command.op === 'readMemStats' ? check.drifts(context) : NO_DRIFTS),
  }));
}

/** Returns the trace with a read after each command that allows one, without the commands that then no longer apply. */
export function withReads({ shape, commands }: Trace): Trace {
  const ledger = new Ledger();
  ledger.reset(shape.procs, shape.readsEachStep);
  const read: Command = { op: 'readMemStats' };
  const all: Command[] = [];
  for (const command of commands) {
    if (ledger.obstacle(command) !== undefined) continue;
    ledger.apply(command);
    all.push(command);
    if (command.op === 'readMemStats' || ledger.obstacle(read) !== undefined) continue;
    ledger.apply(read);
    all.push(read);
  }
  return { shape, commands: all };
}
