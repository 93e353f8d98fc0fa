/** Takes one P away: those above it move down by one, at the start and at every setProcs there is one less. */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { highestProcs } from '../alphabet';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* removeProc(trace: Trace): Candidates {
  for (let gone = highestProcs(trace) - 1; gone >= 0; gone--) {
    for (const above of [gone, gone + 1]) {
      const { commands } = mapped(trace, (command) => moved(command, above, gone));
      const candidate = { shape: { ...trace.shape, procs: lessOne(trace.shape.procs, gone) }, commands };
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}

/** @param above Ps from this one on move down. */
function moved(command: Command, above: number, gone: number): Command {
  if ('p' in command && command.p >= above && command.p > 0) return { ...command, p: command.p - 1 };
  return command.op === 'setProcs' ? { ...command, procs: lessOne(command.procs, gone) } : command;
}

function lessOne(procs: number, gone: number): number {
  return procs > gone ? Math.max(1, procs - 1) : procs;
}
