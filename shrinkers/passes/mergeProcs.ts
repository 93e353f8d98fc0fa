/** Merges Ps: all that one P does is done by another, or they change places; there are as few as are still named. */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* mergeProcs(trace: Trace): Candidates {
  trace = yield* fromTheStart(trace);
  trace = yield* fewest(trace);
  for (let from = highestP(trace); from > 0; from--) {
    for (let to = 0; to < from; to++) {
      for (const back of [to, from]) {
        const candidate = mapped(trace, (command) => withP(command, from, to, back));
        if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
      }
    }
  }
  yield* fewest(trace);
}

/** What P `from` does is done by P `to`, and what that did by P `back`. */
function withP(command: Command, from: number, to: number, back: number): Command {
  if (!('p' in command) || (command.p !== from && command.p !== to)) return command;
  return { ...command, p: command.p === from ? to : back };
}

/** Ps that a setProcs adds are there from the start instead. */
function* fromTheStart(trace: Trace): Generator<Trace, Trace, Trace | undefined> {
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

/** As few Ps at the start as the commands need before the first setProcs. */
function* fewest(trace: Trace): Generator<Trace, Trace, Trace | undefined> {
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
