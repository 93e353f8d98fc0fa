/** The counters of an observation by name: the heap's own where the system shows its heap, else the published ones. */
import { MEMSTATS_TOTALS, type MemStats } from '../../model/memstats';
import type { Heap } from '../../model/mheap';
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Observation } from '../../properties/system';

/** Returns every counter that is not 0. */
export function countersOf({ heap, published }: Observation): ReadonlyMap<string, number> {
  const counters = new Map(heap === undefined ? publishedCounters(published) : heapCounters(heap));
  for (const [name, value] of counters) if (value === 0 || Number.isNaN(value)) counters.delete(name);
  return counters;
}

function* heapCounters(heap: Heap): Generator<readonly [string, number]> {
  yield* perClass('nmalloc', heap.nmalloc);
  yield* perClass('nsmallfree', heap.nsmallfree);
  for (const name of SCALARS) yield [name, heap[name]];
  const { local_tinyallocs, local_largefree, local_nlargefree, local_nsmallfree } = heap.mcaches;
  for (let p = 0; p < heap.mcaches.procs; p++) {
    const row = local_nsmallfree.subarray(p * NUM_SIZE_CLASSES, (p + 1) * NUM_SIZE_CLASSES);
    for (const [name, value] of perClass('local_nsmallfree', row)) yield [`${name} of P${p}`, value];
    yield [`local_tinyallocs of P${p}`, at(local_tinyallocs, p)];
    yield [`local_nlargefree of P${p}`, at(local_nlargefree, p)];
    yield [`local_largefree of P${p}`, at(local_largefree, p)];
  }
}

const SCALARS = [
  'nlargealloc',
  'largealloc',
  'nlargefree',
  'largefree',
  'tinyallocs',
  'heap_live',
  'pagesInUse',
  'stacks_inuse',
  'heap_inuse',
  'heap_idle',
  'heap_sys',
  'numgc',
] as const;

function* publishedCounters({ totals, mallocs, frees }: MemStats): Generator<readonly [string, number]> {
  for (const [i, name] of MEMSTATS_TOTALS.entries()) yield [name, at(totals, i)];
  yield* perClass('BySize.Mallocs', mallocs);
  yield* perClass('BySize.Frees', frees);
}

function* perClass(name: string, counts: Float64Array): Generator<readonly [string, number]> {
  for (const [c, count] of counts.entries()) yield [`${name}[${c}]`, count];
}
