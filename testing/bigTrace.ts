/** A long trace with many spans, to see that the page stays fast. */
import type { Command } from '../properties/trace/command';
import type { Trace } from '../properties/trace/trace';

const PROCS = 4;
/** Four slots a span, so that two commands fill one. */
const BIG_CLASS = 59;
const SLOTS = 2;
const SMALL_CLASSES = [3, 5, 8, 12, 20, 33] as const;
/** So many commands lie between two collections. */
const COLLECTION_STRIDE = 20_000;

/** Returns a trace of so many commands that fills so many spans first. Every command applies. */
export function bigTrace(commands: number, spans: number): Trace {
  const list: Command[] = [];
  let name = 0;
  for (let i = 0; i < spans; i++)
    list.push({ op: 'smallAlloc', p: i % PROCS, class: BIG_CLASS, count: SLOTS, name: ++name });
  for (let i = 0; list.length < commands - 2; i++) {
    const p = i % PROCS;
    const sizeclass = SMALL_CLASSES[i % SMALL_CLASSES.length] ?? 3;
    list.push({ op: 'smallAlloc', p, class: sizeclass, count: 1 + (i % 5), name: ++name });
    list.push(i % 3 === 0 ? { op: 'tinyAlloc', p, size: 1 + (i % 15), name: ++name } : { op: 'free', object: name });
    if (i % COLLECTION_STRIDE === COLLECTION_STRIDE - 1) list.push({ op: 'gcStart', p });
  }
  while (list.length < commands) list.push({ op: 'readMemStats' });
  return { shape: { procs: PROCS }, commands: list };
}
