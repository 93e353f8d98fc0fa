/** Tries every trace of one and of two commands: a bug that is that near is found whatever trace led there. */
import { bornBy, type Op } from '../properties/command';
import type { Trace } from '../properties/trace';
import { alphabet } from './alphabet';
import type { Candidates } from './pass';

export function* shortest(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  if (trace.commands.length < 2) return;
  const procs = Math.min(2, trace.shape.procs);
  const wholly = { shape: { procs }, commands: trace.commands };
  const firsts = alphabet(wholly, ops, 1, []);
  for (const first of firsts) if ((yield { shape: { procs }, commands: [first] }) !== undefined) return;
  if (trace.commands.length < 3) return;
  for (const first of firsts) {
    for (const second of alphabet(wholly, ops, 2, bornBy(first) === 0 ? [] : [1])) {
      if ((yield { shape: { procs }, commands: [first, second] }) !== undefined) return;
    }
  }
}
