/**
 * For tests of the Go system: random traces from a seed, with what each step must add to Mallocs and its rows when every
 * observation flushes, and what each collection must have added to Frees: all that the previous one condemned. It shares no
 * code with the ledger on purpose.
 */
import { class_to_size } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';

export interface Expected {
  mallocs: number;
  /** At a collection: frees since the trace began. */
  frees: number | undefined;
  bytes: number;
  /** The row of `BySize` that moves, or 0, and by how much. */
  row: number;
  rowMallocs: number;
}

export interface ExactTrace extends Trace {
  readonly expected: readonly Expected[];
}

/**
 * Returns a random trace.
 * @param readsEachStep must be set for traces with tiny allocations: without reads, those that fit are counted differently.
 */
export function exactTrace(seed: number, length: number, procs: number, readsEachStep = true): ExactTrace {
  const below = generator(seed);
  const commands: Command[] = [];
  const expected: Expected[] = [];
  const live: { name: number; slots: number }[] = [];
  const stacks: number[] = [];
  let name = 0;
  let currentProcs = procs;
  let dropped = 0;
  let condemned = 0;
  const add = (command: Command, events: Partial<Expected>): void => {
    commands.push(command);
    expected.push({ mallocs: 0, frees: undefined, bytes: 0, row: 0, rowMallocs: 0, ...events });
  };
  while (commands.length < length) {
    const draw = below(100);
    const p = below(currentProcs);
    if (draw < 40) {
      const count = below(4) === 0 ? 1 + below(60) : 1;
      const row = 1 + below(66);
      live.push({ name: ++name, slots: count });
      add(
        { op: 'smallAlloc', p, class: row, count, name },
        { mallocs: count, bytes: count * at(class_to_size, row), row, rowMallocs: count },
      );
    } else if (draw < 48) {
      const size = below(16);
      const slots = size === 0 ? 0 : 1;
      live.push({ name: ++name, slots });
      // Never a hit: the observation before has flushed the tiny block.
      add({ op: 'tinyAlloc', p, size, name }, { mallocs: slots, bytes: 16 * slots, row: 2, rowMallocs: slots });
    } else if (draw < 53) {
      const size = 32_769 + below(200_000);
      live.push({ name: ++name, slots: 1 });
      add({ op: 'largeAlloc', p, size, name }, { mallocs: 1, bytes: Math.ceil(size / 8192) * 8192 });
    } else if (draw < 78 && live.length > 0) {
      for (const { name: object, slots } of live.splice(below(live.length), 1)) {
        dropped += slots;
        add({ op: 'free', object }, {});
      }
    } else if (draw < 84) {
      add({ op: 'gcStart', p }, { frees: condemned });
      condemned = dropped;
    } else if (draw < 90) {
      currentProcs = 1 + below(procs);
      add({ op: 'setProcs', procs: currentProcs }, {});
    } else if (draw < 94) {
      stacks.push(++name);
      add({ op: 'allocStack', pages: 1 + below(8), name }, {});
    } else if (draw < 97 && stacks.length > 0) {
      for (const stack of stacks.splice(below(stacks.length), 1)) add({ op: 'freeStack', stack }, {});
    } else {
      add({ op: 'readMemStats' }, {});
    }
  }
  return { shape: { procs, readsEachStep }, commands, expected };
}

function generator(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % end;
  };
}
