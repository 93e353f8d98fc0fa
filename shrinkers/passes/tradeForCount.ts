/**
 * Trades a command that takes a span for one more object elsewhere: if only the number of spans matters, the object's
 * span will do.
 *
 *     P0 smallAlloc class 66 (32,768 B) → o1; P0 cacheSpan class 1
 *     P0 smallAlloc class 66 (32,768 B) × 2 → o1
 */
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import type { Candidates } from '../pass';

/** The most commands of a trace that the pass tries. */
const SHORT = 12;

export function* tradeForCount(trace: Trace): Candidates {
  for (let i = trace.commands.length - 1; i >= 0; i--) {
    for (let j = trace.commands.length - 1; j >= 0; j--) {
      const candidate = trace.commands.length > SHORT ? undefined : traded(trace, i, j);
      if (candidate !== undefined) trace = (yield candidate) ?? trace;
    }
  }
}

/** Returns the trace without the command at `i` and with one object more at `j`, or undefined if that is no trade. */
function traded(trace: Trace, i: number, j: number): Trace | undefined {
  const from: Command | undefined = trace.commands[i];
  const to: Command | undefined = trace.commands[j];
  if (i === j || from === undefined || to?.op !== 'smallAlloc' || !takesSpan(from)) return undefined;
  const more: Command = { ...to, count: to.count + 1 };
  const commands = trace.commands.flatMap((command, at) => (at === i ? [] : [at === j ? more : command]));
  return settled({ shape: trace.shape, commands });
}

function takesSpan({ op }: Command): boolean {
  return op === 'cacheSpan' || op === 'smallAlloc' || op === 'tinyAlloc' || op === 'largeAlloc' || op === 'allocStack';
}
