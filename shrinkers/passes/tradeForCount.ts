/**
 * Trades a command for an object: where it matters how many spans there are, one object more stands for a command that
 * took a span.
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

/** Commands of the longest trace on which it is tried. */
const SHORT = 12;

export function* tradeForCount(trace: Trace): Candidates {
  for (let i = trace.commands.length - 1; i >= 0; i--) {
    for (let j = trace.commands.length - 1; j >= 0; j--) {
      const candidate = trace.commands.length > SHORT ? undefined : traded(trace, i, j);
      if (candidate !== undefined) trace = (yield candidate) ?? trace;
    }
  }
}

/** The trace without the command at `i`, and with one object more at `j`. */
function traded(trace: Trace, i: number, j: number): Trace | undefined {
  const from: Command | undefined = trace.commands[i];
  const to: Command | undefined = trace.commands[j];
  if (i === j || from === undefined || to?.op !== 'smallAlloc' || !takesASpan(from)) return undefined;
  const more: Command = { ...to, count: to.count + 1 };
  const commands = trace.commands.flatMap((command, at) => (at === i ? [] : [at === j ? more : command]));
  return settled({ shape: trace.shape, commands });
}

function takesASpan({ op }: Command): boolean {
  return op === 'cacheSpan' || op === 'smallAlloc' || op === 'tinyAlloc' || op === 'largeAlloc' || op === 'allocStack';
}
