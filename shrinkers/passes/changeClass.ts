/**
 * Moves all commands of one size class to another. Counts stay, or whole spans stay whole spans and the objects beyond
 * them keep their place in the last span. Then two classes change places.
 *
 *     P0 smallAlloc class 2 (16 B) × 512 → o1; P0 uncacheSpan class 2
 *     P0 smallAlloc class 50 (8,192 B) → o1; P0 uncacheSpan class 50
 *
 * A candidate never needs more spans than the trace: the count of a class with a thousand slots to a span would need
 * gigabytes in a class with one.
 */
import { NUM_SIZE_CLASSES, class_to_nelems } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { mapped } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

export function* changeClass(trace: Trace): Candidates {
  for (const from of classesIn(trace)) {
    for (const to of BY_NELEMS) {
      for (const convertCount of COUNT_CONVERSIONS) {
        const candidate = mapped(trace, (command) => withClass(command, from, to, convertCount));
        if (!isSmaller(candidate, trace)) continue;
        const taken = yield candidate;
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
    }
  }
  yield* exchangeClasses(trace);
}

/** Proposes the trace with two of its classes exchanged. */
function* exchangeClasses(trace: Trace): Candidates {
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

/** Ways to convert a count when the class changes, given the slots of a span before and after. */
const COUNT_CONVERSIONS: readonly ((count: number, before: number, after: number) => number)[] = [
  (count) => count,
  bySpans,
];

/** Keeps the number of whole spans, and in the last one the number of objects or, past its middle, of unused slots. */
function bySpans(count: number, before: number, after: number): number {
  const whole = Math.ceil(count / before) - 1;
  const rest = count - whole * before;
  return whole * after + (rest > before / 2 ? Math.max(1, rest - before + after) : Math.min(rest, after));
}

/** All classes, those with few slots first: a few objects fill their spans. */
const BY_NELEMS: readonly number[] = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1).toSorted(
  (left, right) => at(class_to_nelems, left) - at(class_to_nelems, right) || left - right,
);

function classesIn({ commands }: Trace): ReadonlySet<number> {
  return new Set(commands.flatMap((command) => ('class' in command ? [command.class] : [])));
}

function withClass(
  command: Command,
  from: number,
  to: number,
  convertCount: (typeof COUNT_CONVERSIONS)[number],
): Command {
  if (!('class' in command) || command.class !== from) return command;
  if (command.op !== 'smallAlloc') return { ...command, class: to };
  const count = convertCount(command.count, at(class_to_nelems, from), at(class_to_nelems, to));
  return { ...command, class: to, count: Math.max(1, count) };
}
