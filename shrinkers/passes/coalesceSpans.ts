/**
 * Replaces runs of births by one birth of as many pages: of many spans it may matter only how far they reach, and then
 * none of them can go alone. Halves first, then ever shorter runs down to two commands, from the end; the last command stays.
 */
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_allocnpages, class_to_nelems } from '../../model/sizeclasses';
import { bornBy, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { settled } from '../applicable';
import { pagesOf } from './redistributePages';
import type { Candidates } from '../pass';

export function* coalesceSpans(trace: Trace): Candidates {
  for (let size = trace.commands.length - 1; size >= 2; size >>= 1) {
    for (let end = trace.commands.length - 1; end > 0; end -= size) {
      // A trace that was cut is shorter than the place where the last run ended.
      end = Math.min(end, trace.commands.length - 1);
      for (const candidate of lumped(trace, Math.max(0, end - size), end)) {
        if (candidate.commands.length >= trace.commands.length) continue;
        const taken = yield candidate;
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
    }
  }
}

/** The trace with one stack, or one large object, in place of the commands from `start` to before `end`. */
function* lumped({ shape, commands }: Trace, start: number, end: number): Generator<Trace> {
  const run = commands.slice(start, end);
  const pages = pagesOfAll(run);
  if (pages === 0) return;
  const name = run.map(bornBy).find((born) => born !== 0) ?? Math.max(0, ...commands.map(bornBy)) + 1;
  // One that would be too small or too large for what it is does not apply.
  const births: readonly Command[] = [
    { op: 'allocStack', pages, name },
    { op: 'largeAlloc', p: 0, size: pages * PAGE_SIZE_BYTES, name },
  ];
  for (const birth of births)
    yield settled({ shape, commands: [...commands.slice(0, start), birth, ...commands.slice(end)] });
}

/** Pages of the spans that the commands take, if none was there before. */
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
    pages += Math.ceil(count / class_to_nelems[sizeclass]) * class_to_allocnpages[sizeclass];
  }
  return pages;
}
