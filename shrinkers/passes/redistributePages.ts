/**
 * Redistributes pages: the span of one command gets as short as it can be, and another large object or stack longer by as
 * many pages. Whether a span fits depends on the pages of both together.
 *
 *     allocStack 5 pages → s1; allocStack 2 pages → s2
 *     allocStack 1 pages → s1; allocStack 6 pages → s2
 */
import { PAGE_SIZE_BYTES, class_to_allocnpages } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Command, Op } from '../../properties/trace/command';
import { BOUNDARY_LARGE_BYTES } from '../../properties/draw/boundaryValues';
import type { Trace } from '../../properties/trace/trace';
import { withCommand } from '../edit';
import { isSmaller } from '../order';
import type { Candidates } from '../pass';

/** The most commands of a trace that the pass tries. */
const SHORT = 12;

export function* redistributePages(trace: Trace, ops: ReadonlySet<Op>): Candidates {
  for (let to = 0; to < trace.commands.length; to++) {
    for (let from = 0; from < trace.commands.length; from++) {
      if (from === to || trace.commands.length > SHORT) continue;
      for (const candidate of withPagesMoved(trace, ops, from, to)) {
        if (!isSmaller(candidate, trace)) continue;
        const taken = yield candidate;
        if (taken === undefined) continue;
        trace = taken;
        break;
      }
    }
  }
}

/** Yields traces in which the span of `from` is shorter and the large object or stack of `to` longer by as many pages. */
function* withPagesMoved(trace: Trace, ops: ReadonlySet<Op>, from: number, to: number): Generator<Trace> {
  const giver: Command | undefined = trace.commands[from];
  const taker: Command | undefined = trace.commands[to];
  if (giver === undefined || taker === undefined) return;
  for (const shorter of shorterOf(giver)) {
    if (!ops.has(shorter.op)) continue;
    const longer = withMorePages(taker, pagesOf(giver) - pagesOf(shorter));
    if (longer !== undefined) yield withCommand(withCommand(trace, from, shorter), to, longer);
  }
}

/** Yields commands that take fewer pages, the simplest first. */
function* shorterOf(command: Command): Generator<Command> {
  if ('class' in command && command.class > 1) yield { ...command, class: 1 };
  if (command.op === 'largeAlloc') {
    const { p, name } = command;
    yield { op: 'cacheSpan', p, class: 1 };
    yield { op: 'smallAlloc', p, class: 1, count: 1, name };
    yield { ...command, size: at(BOUNDARY_LARGE_BYTES, 0) };
  }
  if (command.op === 'allocStack' && command.pages > 1) yield { ...command, pages: 1 };
}

function withMorePages(command: Command, more: number): Command | undefined {
  if (command.op === 'largeAlloc') return { ...command, size: (pagesOf(command) + more - 1) * PAGE_SIZE_BYTES + 1 };
  return command.op === 'allocStack' ? { ...command, pages: command.pages + more } : undefined;
}

/** Returns the pages of the first span that a command takes. */
export function pagesOf(command: Command): number {
  if (command.op === 'largeAlloc') return Math.ceil(command.size / PAGE_SIZE_BYTES);
  if (command.op === 'allocStack') return command.pages;
  return 'class' in command ? at(class_to_allocnpages, command.class) : 0;
}
