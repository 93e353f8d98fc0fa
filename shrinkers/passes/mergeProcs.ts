/**
 * Merges Ps: one P does all that another did, or the two change places; setProcs becomes Ps from the start; Ps that no
 * command names go.
 *
 *     2 Ps: P0 smallAlloc class 1 (8 B) → o1; P1 gcStart
 *     1 P: P0 smallAlloc class 1 (8 B) → o1; P0 gcStart
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates, PartOfPass } from '../pass';

export function* mergeProcs(trace: Trace): Candidates {
  trace = yield* withProcsFromTheStart(trace);
  trace = yield* withFewestProcs(trace);
  for (let from = highestP(trace); from > 0; from--) {
    for (let to = 0; to < from; to++) {
      for (const back of [to, from]) {
        const candidate = mapped(trace, (command) => exchanged(command, from, to, back));
        if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
      }
    }
  }
  yield* withFewestProcs(trace);
}

/** Moves a command from P `from` to P `to`, and one of P `to` to P `back`. */
function exchanged(command: Command, from: number, to: number, back: number): Command {
  if (!('p' in command) || (command.p !== from && command.p !== to)) return command;
  return { ...command, p: command.p === from ? to : back };
}

/** Deletes each setProcs before the last command, and starts with as many Ps as it set. */
function* withProcsFromTheStart(trace: Trace): PartOfPass {
  for (let i = trace.commands.length - 2; i >= 0; i--) {
    const command = trace.commands[i];
    if (command?.op !== 'setProcs') continue;
    const commands = trace.commands.filter((_, at) => at !== i);
    trace =
      (yield settled({ shape: { ...trace.shape, procs: Math.max(command.procs, trace.shape.procs) }, commands })) ??
      trace;
  }
  return trace;
}

/** Starts with as few Ps as the commands before the first setProcs need. */
function* withFewestProcs(trace: Trace): PartOfPass {
  const first = trace.commands.findIndex(({ op }) => op === 'setProcs');
  const needed = 1 + highestP(trace, first < 0 ? trace.commands.length : first);
  for (let count = needed; count < trace.shape.procs; count++) {
    const taken = yield { shape: { ...trace.shape, procs: count }, commands: trace.commands };
    if (taken !== undefined) return taken;
  }
  return trace;
}

function highestP({ commands }: Trace, end = commands.length): number {
  return commands
    .slice(0, end)
    .reduce((highest, command) => ('p' in command ? Math.max(highest, command.p) : highest), 0);
}
