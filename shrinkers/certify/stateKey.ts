/**
 * A key for the state that a trace leads to: everything in the heap that the allocator reads, what the ledger knows, and
 * where the objects are that later commands can name. Two traces with the same key have the same future. Names do not
 * count: an object is known by where it is and by whether anything refers to it.
 */
import type { Heap } from '../../model/mheap';
import { CHUNK_PAGES, type PageMap } from '../../model/pagemap';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { Ledger } from '../../properties/ledger/ledger';
import { at } from '../../properties/at';
import type { Trace } from '../../properties/trace/trace';
import { bornBy } from '../../properties/trace/command';

export interface ReachedState {
  readonly heap: Heap;
  /** By name, where the objects of that name are. */
  readonly places: ReadonlyMap<number, string>;
  /** The statistics that the last read published; a later read must not go below it. */
  readonly lastRead: string;
}

/** Returns the key of the state that the trace has reached. */
export function stateKey(trace: Trace, { heap, places, lastRead }: ReachedState): string {
  const mode = trace.shape.readsEachStep === true ? 'reads each step' : '';
  return [countersOf(heap), spansOf(heap), cachesOf(heap), ledgerOf(trace, places), lastRead, mode].join('|');
}

function countersOf(h: Heap): string {
  const { gomaxprocs, arenaUsedPages, sweepgen, pagesInUse, largealloc, nlargealloc, largefree, nlargefree } = h;
  const { tinyallocs, heap_live, heap_sys, heap_idle, heap_inuse, stacks_inuse, numgc } = h;
  const sweep = [gomaxprocs, arenaUsedPages, sweepgen, Number(h.isSweepDone)];
  const large = [largealloc, nlargealloc, largefree, nlargefree];
  const totals = [pagesInUse, tinyallocs, heap_live, heap_sys, heap_idle, heap_inuse, stacks_inuse, numgc];
  const turns = h.sweepSpans.map(({ spans, index }) => spans.subarray(0, index).join('+'));
  return [...sweep, ...large, ...totals, ...turns, sparse(h.nmalloc), sparse(h.nsmallfree)].join();
}

function spansOf({ spans, lists, bitmaps, pageToSpan, arenaUsedPages }: Heap): string {
  const parts: (string | number)[] = [
    sparse(lists.first),
    sparse(lists.last),
    spans.freeStructures.subarray(0, spans.freeStructuresLength).join(),
  ];
  for (let s = 1; s < spans.length; s++) {
    parts.push(
      at(spans.state, s),
      at(spans.sizeclass, s),
      at(spans.incache, s),
      at(spans.allocCount, s),
      at(spans.freeindex, s),
      at(spans.nelems, s),
    );
    parts.push(
      at(spans.npages, s),
      at(spans.base, s),
      at(spans.sweepgen, s),
      at(spans.list, s),
      at(spans.next, s),
      at(spans.prev, s),
    );
    parts.push(at(spans.allocBits, s), at(spans.gcmarkBits, s), at(spans.reachable, s));
  }
  parts.push(sparse(bitmaps.words.subarray(0, bitmaps.used)), pagesOf(pageToSpan, arenaUsedPages));
  parts.push(bitmaps.freeBlocks.map((blocks) => blocks.join('+')).join());
  return parts.join();
}

function pagesOf({ chunks }: PageMap, pages: number): string {
  return chunks
    .map((chunk, i) => (chunk === undefined ? '' : `${i}: ${sparse(chunk.subarray(0, pages - i * CHUNK_PAGES))}`))
    .join();
}

function cachesOf({ mcaches, gomaxprocs }: Heap): string {
  const {
    alloc,
    tinySpan,
    tinySlot,
    tinyoffset,
    local_tinyallocs,
    local_largefree,
    local_nlargefree,
    local_nsmallfree,
  } = mcaches;
  const rows = gomaxprocs * NUM_SIZE_CLASSES;
  const perP = [tinySpan, tinySlot, tinyoffset, local_tinyallocs, local_largefree, local_nlargefree].map((row) =>
    row.subarray(0, gomaxprocs).join(),
  );
  return [sparse(alloc.subarray(0, rows)), sparse(local_nsmallfree.subarray(0, rows)), ...perP].join(';');
}

/** The ledger's knowledge, and where each object and stack is that a command can name. */
function ledgerOf({ shape, commands }: Trace, places: ReadonlyMap<number, string>): string {
  ledger.reset(shape.procs, shape.readsEachStep);
  for (const command of commands) ledger.apply(command);
  const named = commands.flatMap((command) => {
    const name = bornBy(command);
    return name === 0
      ? []
      : [`${ledger.kindOf(name)}:${ledger.sizeclass[name]}:${ledger.amount[name]}:${places.get(name) ?? ''}`];
  });
  const { mallocs, dropped, condemned, cache, tiny, procs } = ledger;
  return [
    procs,
    tiny.hits,
    sparse(mallocs),
    sparse(dropped),
    sparse(condemned),
    sparse(cache),
    ...named.toSorted(),
  ].join(';');
}

const ledger = new Ledger();

/** The entries that are not 0, each with its index. */
function sparse(values: ArrayLike<number>): string {
  let text = '';
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) text += `${i}:${values[i]} `;
  return text;
}
