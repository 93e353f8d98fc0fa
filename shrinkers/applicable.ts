/** Decides on the ledger alone whether commands apply, which costs about a hundredth of running them. */
import { MAX_SMALL_SIZE_BYTES } from '../model/sizeclasses';
import { MAX_COUNT, MAX_LARGE_BYTES, MAX_STACK_PAGES, type Command } from '../properties/trace/command';
import { Ledger } from '../properties/ledger/ledger';
import type { Trace } from '../properties/trace/trace';

/** Reports whether every command of the trace applies in its turn and a trace file could hold it. */
export function isApplicable({ shape, commands }: Trace): boolean {
  ledger.reset(shape.procs, shape.readsEachStep);
  for (const command of commands) {
    if (ledger.obstacle(command) !== undefined || !isWithinBounds(command)) return false;
    ledger.apply(command);
  }
  return true;
}

/** Reports whether arguments that a pass added up or split are still within the bounds of a trace file. */
function isWithinBounds(command: Command): boolean {
  if (command.op === 'smallAlloc') return command.count <= MAX_COUNT;
  if (command.op === 'largeAlloc') return command.size > MAX_SMALL_SIZE_BYTES && command.size <= MAX_LARGE_BYTES;
  return command.op !== 'allocStack' || command.pages <= MAX_STACK_PAGES;
}

/**
 * Returns the trace without the commands that do not apply. Commands that refer to a deleted birth go with it; no
 * reference ever gets another meaning.
 */
export function settled({ shape, commands }: Trace): Trace {
  ledger.reset(shape.procs, shape.readsEachStep);
  const kept: Command[] = [];
  for (const command of commands) {
    if (ledger.obstacle(command) !== undefined) continue;
    ledger.apply(command);
    kept.push(command);
  }
  return { shape, commands: kept };
}

/** Returns those of the commands `next` that apply after the trace, which must apply throughout. */
export function applicableAfter({ shape, commands }: Trace, next: readonly Command[]): readonly Command[] {
  ledger.reset(shape.procs, shape.readsEachStep);
  for (const command of commands) ledger.apply(command);
  return next.filter((command) => ledger.obstacle(command) === undefined);
}

/** One ledger serves every function here, since none starts while another is running. */
const ledger = new Ledger();
