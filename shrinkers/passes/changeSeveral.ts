/**
 * Changes two or three commands of a short trace by one small step each: arguments that only go down together, though
 * they have nothing in common that another pass could use.
 *
 *     P0 smallAlloc class 1 (8 B) × 4 → o1; P0 tinyAlloc 8 B → o2
 *     P0 smallAlloc class 1 (8 B) × 3 → o1; P0 tinyAlloc 1 B → o2
 */
import { at } from '../../properties/at';
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The most commands of a trace in which pairs are changed. */
const SHORT = 8;
/** The most commands of a trace in which triples are changed. */
const SHORTER = 6;

export function* changeSeveral(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  if (trace.commands.length > SHORT) return;
  const stepsAt = trace.commands.map((_, i) => [...stepsOf(trace, i)].filter(({ op }) => ops.has(op)));
  for (const steps of combinedSteps(stepsAt, trace.commands.length <= SHORTER ? 3 : 2)) {
    const candidate = steps.reduce((changed, [i, command]) => withCommand(changed, i, command), trace);
    if (isSmaller(candidate, trace) && (yield candidate) !== undefined) return;
  }
}

/** An index, and the command to put there. */
type Step = readonly [number, Command];

/**
 * Yields combinations of two to `most` steps on different commands.
 *
 * @param stepsAt the small changes of each command.
 */
function* combinedSteps(
  stepsAt: readonly (readonly Command[])[],
  most: number,
  from = 0,
  before: readonly Step[] = [],
): Generator<readonly Step[]> {
  for (const [i, commands] of stepsAt.entries()) {
    if (i < from) continue;
    for (const command of commands) {
      const steps: readonly Step[] = [...before, [i, command]];
      if (steps.length > 1) yield steps;
      if (steps.length < most) yield* combinedSteps(stepsAt, most, i + 1, steps);
    }
  }
}

/** Yields small changes of a command: one less of an argument, another object, or only the refill of an allocation. */
function* stepsOf(trace: Trace, index: number): Generator<Command> {
  const command = at(trace.commands, index);
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
