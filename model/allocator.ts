/**
 * The model's interface: one object with every function that drives the model or reads it. It is a value, so that a
 * caller can run another model: one that was compiled from edited source. It has no logic of its own.
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
