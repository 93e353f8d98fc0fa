/**
 * Moves all commands of one size class to another at once, whichever: counts stay, or keep their place at the end
 * of the span (as many as fill it, one less, one more, and what is left of it).
 */
import { NUM_SIZE_CLASSES, class_to_nelems } from '../model/sizeclasses';
import type { Command } from '../properties/command';
import type { Trace } from '../properties/trace';
import { mapped } from './edit';
import { isSmaller } from './order';
import type { Candidates } from './pass';

export function* classes(trace: Trace): Candidates {
  for (const from of classesIn(trace)) {
    for (const to of BY_NELEMS) {
      for (const keep of KEEPING) {
        const candidate = mapped(trace, (command) => moved(command, from, to, keep));
        if (!isSmaller(candidate, trace)) continue;
        const taken = yield candidate;
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
    }
  }
}

/** What becomes of a count when its class changes, by slots of a span before and after. */
const KEEPING: readonly ((count: number, before: number, after: number) => number)[] = [
  (count) => count,
  (count, before, after) => (count > before / 2 ? count - before + after : count),
];

/** Classes with few slots first: there a span is filled by few objects. */
const BY_NELEMS: readonly number[] = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1).toSorted(
  (left, right) => class_to_nelems[left] - class_to_nelems[right] || left - right,
);

function classesIn({ commands }: Trace): ReadonlySet<number> {
  return new Set(commands.flatMap((command) => ('class' in command ? [command.class] : [])));
}

function moved(command: Command, from: number, to: number, keep: (typeof KEEPING)[number]): Command {
  if (!('class' in command) || command.class !== from) return command;
  if (command.op !== 'smallAlloc') return { ...command, class: to };
  return { ...command, class: to, count: Math.max(1, keep(command.count, class_to_nelems[from], class_to_nelems[to])) };
}
