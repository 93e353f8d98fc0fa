/** Every subsequence of a trace and every single lowering of an argument: what can be tried where a run is dear. */
import type { Command } from '../properties/command';
import type { Trace } from '../properties/trace';
import { isApplicable } from './applicable';
import { withCommand } from './edit';
import { FIELDS, argumentOf, isSmaller } from './order';
import { isSameBug, type FailingTrace } from './sameBug';
import type { Try } from './shrink';

/** Commands of the longest trace of which all subsequences are tried; of a longer one, those with up to two less. */
const MAX_COMMANDS = 10;

export async function nearby(
  known: FailingTrace,
  tryTrace: Try,
  isOver: () => boolean = () => false,
): Promise<{ smaller: FailingTrace | undefined; tries: number; isComplete: boolean }> {
  let tries = 0;
  for (const trace of candidates(known.trace)) {
    if (!isApplicable(trace)) continue;
    if (isOver()) return { smaller: undefined, tries, isComplete: false };
    tries++;
    const found = tryTrace(trace);
    const failure = found instanceof Promise ? await found : found;
    if (failure !== undefined && isSameBug(known, { trace, failure })) return { smaller: { trace, failure }, tries, isComplete: false };
  }
  return { smaller: undefined, tries, isComplete: known.trace.commands.length <= MAX_COMMANDS };
}

function* candidates(trace: Trace): Generator<Trace> {
  yield* subsequences(trace);
  for (const [i, command] of trace.commands.entries()) {
    for (const field of FIELDS) {
      if (!(field in command)) continue;
      const lowered = withCommand(trace, i, { ...command, [field]: argumentOf(command, field) - 1 });
      if (isInRange(lowered.commands[i]) && isSmaller(lowered, trace)) yield lowered;
    }
  }
}

/** All proper subsequences, the longest first. */
function* subsequences({ shape, commands }: Trace): Generator<Trace> {
  const most = commands.length <= MAX_COMMANDS ? commands.length - 1 : 2;
  for (let gone = 1; gone <= most; gone++) {
    for (const indices of combinations(commands.length, gone, 0)) {
      yield { shape, commands: commands.filter((_, i) => !indices.includes(i)) };
    }
  }
}

/** All ways to choose `k` of the numbers from `from` to before `n`. */
function* combinations(n: number, k: number, from: number): Generator<readonly number[]> {
  if (k === 0) {
    yield [];
    return;
  }
  for (let i = from; i <= n - k; i++) for (const rest of combinations(n, k - 1, i + 1)) yield [i, ...rest];
}

function isInRange(command: Command): boolean {
  if ('size' in command) return command.op === 'largeAlloc' ? command.size > 32768 : command.size >= 0;
  return FIELDS.every((field) => !(field in command) || argumentOf(command, field) >= (field === 'p' ? 0 : 1));
}
