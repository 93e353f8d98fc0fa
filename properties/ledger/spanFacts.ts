/** The facts of a span that a system packs into the argument of `SPAN_ALLOCATED` (see model/events.ts). */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';

/** The `sizeclass` of a stack, and of a structure that is no span. */
export const NO_CLASS = 255;

export function classOf(facts: number): number {
  const sizeclass = facts & 127;
  return sizeclass < NUM_SIZE_CLASSES ? sizeclass : NO_CLASS;
}

export function pointersOf(facts: number): number {
  return (facts >> 7) & 1;
}

export function nelemsOf(facts: number): number {
  return (facts >> 8) & 0x7ff;
}

export function takenOf(facts: number): number {
  return (facts >> 19) & 0x7ff;
}
