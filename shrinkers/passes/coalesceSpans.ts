/**
 * Replaces a run of births by one birth of as many pages: if only the total page count matters, no single birth can go.
 * Halves of the trace first, then ever shorter runs down to two commands, from the end. The last command stays.
 *
 *     allocStack 3 pages → s1; allocStack 4 pages → s2; P0 gcStart
 *     allocStack 7 pages → s1; P0 gcStart
 */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_allocnpages, class_to_nelems } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import { bornBy, type Command, type Op } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import { pagesOf } from './redistributePages';
import type { Candidates } from '../pass';

export function* coalesceSpans(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  for (let size = trace.commands.length - 1; size >= 2; size >>= 1) {
    for (let end = trace.commands.length - 1; end > 0; end -= size) {
      // The trace may have been cut to before this run.
      end = Math.min(end, trace.commands.length - 1);
      for (const candidate of coalesced(trace, ops, Math.max(0, end - size), end)) {
        if (candidate.commands.length >= trace.commands.length) continue;
        const taken = yield candidate;
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
    }
  }
}

/** Yields the trace with one stack, then with one large object, in place of the commands from `start` to before `end`. */
function* coalesced({ shape, commands }: Trace, ops: ReadonlySet<Op>, start: number, end: number): Generator<Trace> {
  const run = commands.slice(start, end);
  const pages = pagesOfAll(run);
  if (pages === 0) return;
  const name = run.map(bornBy).find((born) => born !== 0) ?? Math.max(0, ...commands.map(bornBy)) + 1;
  // A birth that would be too small or too large does not apply.
  const births: readonly Command[] = [
    { op: 'allocStack', pages, name },
    { op: 'largeAlloc', p: 0, size: pages * PAGE_SIZE_BYTES, name },
  ];
  for (const birth of births.filter(({ op }) => ops.has(op)))
    yield settled({ shape, commands: [...commands.slice(0, start), birth, ...commands.slice(end)] });
}

/** Returns the pages of the spans that the commands take from an empty heap. */
function pagesOfAll(commands: readonly Command[]): number {
  let pages = 0;
  const slots = new Map<number, number>();
  for (const command of commands) {
    if (command.op === 'allocStack' || command.op === 'largeAlloc') pages += pagesOf(command);
    else if (command.op === 'smallAlloc' || command.op === 'cacheSpan') {
      const cell = command.p * NUM_SIZE_CLASSES + command.class;
      slots.set(cell, (slots.get(cell) ?? 0) + (command.op === 'smallAlloc' ? command.count : 1));
    }
  }
  for (const [cell, count] of slots) {
    const sizeclass = cell % NUM_SIZE_CLASSES;
    pages += Math.ceil(count / at(class_to_nelems, sizeclass)) * at(class_to_allocnpages, sizeclass);
  }
  return pages;
}
