/**
 * The model as one object: every function by which the outside drives it and reads it. Whoever is handed
 * another object of this type, compiled from edited source, runs another model.
 */
import { drop, largeAlloc, smallAlloc, tinyAlloc } from './malloc';
import { refill, release } from './mcache';
import { gcStart } from './mgc';
import { sweepSpan } from './mgcsweep';
import { allocManual, freeManual, newHeap, resetHeap } from './mheap';
import { peekMemStats, readMemStats, readMemStatsSlow } from './mstats';
import { procresize } from './proc';

export const allocator = {
  newHeap,
  resetHeap,
  smallAlloc,
  tinyAlloc,
  largeAlloc,
  drop,
  refill,
  release,
  sweepSpan,
  gcStart,
  procresize,
  allocManual,
  freeManual,
  readMemStats,
  peekMemStats,
  readMemStatsSlow,
} as const;

export type Allocator = typeof allocator;
