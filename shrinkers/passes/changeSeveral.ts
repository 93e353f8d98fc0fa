/**
 * Changes two or three commands of a short trace at once, each by one small step: what can only go down together,
 * though it has nothing in common that another pass could see.
 */
import { bornBy, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** Commands of the longest trace on which pairs are tried. */
const SHORT = 8;
/** And threes. */
const SHORTER = 6;

export function* changeSeveral(trace: Trace): Candidates {
  if (trace.commands.length > SHORT) return;
  for (const steps of together(trace, trace.commands.length <= SHORTER ? 3 : 2)) {
    const commands = steps.reduce((changed, [i, command]) => withCommand(changed, i, command), trace);
    if (isSmaller(commands, trace) && (yield commands) !== undefined) return;
  }
}

type Step = readonly [number, Command];

/** Two steps up to `most`, on different commands. */
function* together(trace: Trace, most: number, from = 0, before: readonly Step[] = []): Generator<readonly Step[]> {
  for (let i = from; i < trace.commands.length; i++) {
    for (const command of stepsOf(trace, i)) {
      const steps: readonly Step[] = [...before, [i, command]];
      if (steps.length > 1) yield steps;
      if (steps.length < most) yield* together(trace, most, i + 1, steps);
    }
  }
}

/** One less of something, another object, or the simpler flow that the command went through first. */
function* stepsOf(trace: Trace, index: number): Generator<Command> {
  const command = trace.commands[index];
  if ('count' in command && command.count > 1) {
    yield { ...command, count: command.count - 1 };
    if (command.count > 2) yield { ...command, count: 1 };
  }
  if (command.op === 'smallAlloc') yield { op: 'cacheSpan', p: command.p, class: command.class };
  if (command.op === 'tinyAlloc' && command.size > 1) yield { ...command, size: 1 };
  if ('p' in command && command.p > 0) yield { ...command, p: command.p - 1 };
  if ('object' in command) {
    for (const object of trace.commands.map(bornBy))
      if (object !== 0 && object !== command.object) yield { ...command, object };
  }
}
