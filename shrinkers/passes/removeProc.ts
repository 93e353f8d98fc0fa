/**
 * Removes one P: those above it move down by one, and the start and every setProcs have one less. What the removed P
 * did is done by the one that takes its number, or by the one below.
 *
 *     3 Ps: P0 smallAlloc class 1 (8 B) → o1; P2 gcStart
 *     2 Ps: P0 smallAlloc class 1 (8 B) → o1; P1 gcStart
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { highestProcs } from '../alphabet';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* removeProc(trace: Trace): Candidates {
  for (let gone = highestProcs(trace) - 1; gone >= 0; gone--) {
    for (const lowest of [gone, gone + 1]) {
      const { commands } = mapped(trace, (command) => renumbered(command, lowest, gone));
      const candidate = { shape: { ...trace.shape, procs: withoutProc(trace.shape.procs, gone) }, commands };
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}

/** Returns the command with the Ps from `lowest` on moved down by one. */
function renumbered(command: Command, lowest: number, gone: number): Command {
  if ('p' in command && command.p >= lowest && command.p > 0) return { ...command, p: command.p - 1 };
  return command.op === 'setProcs' ? { ...command, procs: withoutProc(command.procs, gone) } : command;
}

function withoutProc(procs: number, gone: number): number {
  return procs > gone ? Math.max(1, procs - 1) : procs;
}
