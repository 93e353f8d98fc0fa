/**
 * Merges two lifetimes: one command gives birth to the objects of both, and they die together.
 *
 *     P0 smallAlloc class 1 (8 B) × 2 → o1; P0 smallAlloc class 1 (8 B) × 3 → o2; free o2
 *     P0 smallAlloc class 1 (8 B) × 5 → o1; free o1
 */
import { at } from '../../properties/at';
import { bornBy, refersTo, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

/** The most commands of a trace in which all pairs are tried; in a longer one, only neighbours are. */
const SHORT = 12;

export function* mergeLifetimes(trace: Trace): Candidates {
  for (let j = trace.commands.length - 1; j > 0; j--) {
    for (let i = j - 1; i >= 0; i--) {
      if (j >= trace.commands.length) break;
      const [first, second] = [at(trace.commands, i), at(trace.commands, j)];
      if (bornBy(first) === 0 || first.op !== second.op) continue;
      for (const merged of jointBirths(first, second)) {
        const taken = yield withJointBirth(trace, i, j, merged);
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
      if (trace.commands.length > SHORT) break;
    }
  }
}

/** Returns the births that may replace both, the most alike first. */
function jointBirths(first: Command, second: Command): readonly Command[] {
  if (first.op === 'largeAlloc' && second.op === 'largeAlloc')
    return [{ ...first, size: first.size + second.size }, first, second];
  if (first.op !== 'smallAlloc' || second.op !== 'smallAlloc') return [first, second];
  return [
    { ...first, count: first.count + second.count },
    first,
    { ...second, count: first.count + second.count },
    second,
  ];
}

/** Returns the trace with one birth at `i` in place of those at `i` and `j`; what referred to the second refers to it. */
function withJointBirth(trace: Trace, i: number, j: number, birth: Command): Trace {
  const [kept, gone] = [bornBy(at(trace.commands, i)), bornBy(at(trace.commands, j))];
  const commands = trace.commands.flatMap((command, place) => {
    if (place === i) return [{ ...birth, name: kept } as Command];
    return place === j ? [] : [renamed(command, gone, kept)];
  });
  return settled({ shape: trace.shape, commands });
}

function renamed(command: Command, from: number, to: number): Command {
  if (refersTo(command) !== from) return command;
  return 'object' in command ? { ...command, object: to } : 'stack' in command ? { ...command, stack: to } : command;
}
