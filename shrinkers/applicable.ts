/** Whether commands apply, by a walk on the ledger; a walk costs about a hundredth of a run. */
import { MAX_SMALL_SIZE_BYTES } from '../model/sizeclasses';
import { MAX_COUNT, MAX_LARGE_BYTES, MAX_STACK_PAGES, type Command } from '../properties/trace/command';
import { Ledger } from '../properties/ledger/ledger';
import type { Trace } from '../properties/trace/trace';

/** Whether every command of the trace applies when its turn comes, and a trace file could hold it. */
export function isApplicable({ shape, commands }: Trace): boolean {
  ledger.reset(shape.procs, shape.readsEachStep);
  for (const command of commands) {
    if (ledger.obstacle(command) !== undefined || !isWithinBounds(command)) return false;
    ledger.apply(command);
  }
  return true;
}

/** Whether what passes sum up and take apart is still such an argument. */
function isWithinBounds(command: Command): boolean {
  switch (command.op) {
    case 'smallAlloc':
      return command.count <= MAX_COUNT;
    case 'largeAlloc':
      return command.size > MAX_SMALL_SIZE_BYTES && command.size <= MAX_LARGE_BYTES;
    case 'allocStack':
      return command.pages <= MAX_STACK_PAGES;
    default:
      return true;
  }
}

/**
 * The trace without the commands that do not apply: with a birth goes all that names it. Nothing is ever given
 * another meaning.
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

/** Those of the commands that apply after the trace, which applies throughout. */
export function applicableAfter({ shape, commands }: Trace, next: readonly Command[]): readonly Command[] {
  ledger.reset(shape.procs);
  for (const command of commands) ledger.apply(command);
  return next.filter((command) => ledger.obstacle(command) === undefined);
}

/** One ledger serves all walks: none is begun while another is under way. */
const ledger = new Ledger();
