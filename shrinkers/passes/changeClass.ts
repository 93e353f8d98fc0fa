/**
 * Moves all commands of one size class to another at once, whichever: counts stay, or whole spans stay whole spans
 * and what goes beyond them keeps its place in the last one (as many as fill it, one less, one more). A candidate
 * so never asks for more spans than the trace has: with the count of a class of a thousand slots, a class of one
 * slot would ask for gigabytes. Then two classes change places.
 */
import { NUM_SIZE_CLASSES, class_to_nelems } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* changeClass(trace: Trace): Candidates {
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
  yield* exchanged(trace);
}

/** Two classes of the trace change places. */
function* exchanged(trace: Trace): Candidates {
  const found = [...classesIn(trace)];
  for (const left of found) {
    for (const right of found) {
      const candidate = mapped(trace, (command) => {
        if (!('class' in command) || (command.class !== left && command.class !== right)) return command;
        return { ...command, class: command.class === left ? right : left };
      });
      if (isSmaller(candidate, trace)) trace = (yield candidate) ?? trace;
    }
  }
}

/** What becomes of a count when its class changes, by slots of a span before and after. */
const KEEPING: readonly ((count: number, before: number, after: number) => number)[] = [(count) => count, inSpans];

/** As many whole spans, and as many objects in the last one, if it has room for them, or as many slots left there. */
function inSpans(count: number, before: number, after: number): number {
  const whole = Math.ceil(count / before) - 1;
  const rest = count - whole * before;
  return whole * after + (rest > before / 2 ? Math.max(1, rest - before + after) : Math.min(rest, after));
}

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
