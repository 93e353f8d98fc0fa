/** The number of Ps, from the runtime's proc.go. Of the scheduler nothing else is modelled. */
import { allocmcaches, freemcache } from './mcache';
import type { Heap } from './mheap';

/** Changes GOMAXPROCS (`procresize`). The caches of destroyed Ps are flushed, so that their counts are kept. */
export function procresize(h: Heap, nprocs: number): void {
  for (let p = nprocs; p < h.gomaxprocs; p++) freemcache(h, p);
  if (nprocs > h.gomaxprocs) allocmcaches(h.mcaches, h.gomaxprocs, nprocs);
  h.gomaxprocs = nprocs;
}
