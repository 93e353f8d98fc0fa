/** The number of Ps, from the runtime's proc.go. */
import { allocmcaches, freemcache } from './mcache';
import type { Heap } from './mheap';

/** Changes GOMAXPROCS; the caches of Ps that go away are released and their counts kept (`procresize`). */
export function procresize(h: Heap, nprocs: number): void {
  for (let p = nprocs; p < h.gomaxprocs; p++) freemcache(h, p);
  if (nprocs > h.gomaxprocs) allocmcaches(h.mcaches, h.gomaxprocs, nprocs);
  h.gomaxprocs = nprocs;
}
