/** Merges two lifetimes into one: the objects of both are born by one command and go together. */
import { bornBy, refersTo, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

/** Births of a trace of which all pairs are tried; of a longer one, only neighbours. */
const FEW = 12;

export function* mergeLifetimes(trace: Trace): Candidates {
  for (let j = trace.commands.length - 1; j > 0; j--) {
    for (let i = j - 1; i >= 0; i--) {
      if (j >= trace.commands.length) break;
      const [first, second] = [trace.commands[i], trace.commands[j]];
      if (bornBy(first) === 0 || first.op !== second.op) continue;
      for (const merged of together(first, second)) {
        const taken = yield mergedAt(trace, i, j, merged);
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
      if (trace.commands.length > FEW) break;
    }
  }
}

/** The births that may stand for both. */
function together(first: Command, second: Command): readonly Command[] {
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

/** One birth at the place of the earlier one, or of the later if nothing refers to it before; the other's name goes. */
function mergedAt(trace: Trace, i: number, j: number, birth: Command): Trace {
  const [kept, gone] = [bornBy(trace.commands[i]), bornBy(trace.commands[j])];
  const commands = trace.commands.flatMap((command, at) => {
    if (at === i) return [{ ...birth, name: kept } as Command];
    return at === j ? [] : [renamed(command, gone, kept)];
  });
  return settled({ shape: trace.shape, commands });
}

function renamed(command: Command, from: number, to: number): Command {
  if (refersTo(command) !== from) return command;
  return 'object' in command ? { ...command, object: to } : 'stack' in command ? { ...command, stack: to } : command;
}
