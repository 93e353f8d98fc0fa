/**
 * For tests of the Go system: random traces from a seed, and what each step must add to Mallocs and its rows when every
 * observation flushes, and to Frees from one collection to the next: what the last one condemned is freed by then.
 * It is kept apart from the ledger on purpose.
 */
import { class_to_size } from '../../model/sizeclasses';
import type { Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';

export interface Expected {
  mallocs: number;
  /** At a collection: frees since the trace began. */
  frees: number | undefined;
  bytes: number;
  /** Row of `BySize` that moves, 0 if none, and by how much. */
  row: number;
  rowMallocs: number;
}

export interface ExactTrace extends Trace {
  readonly expected: readonly Expected[];
}

/** @param readsEachStep without it, tiny allocations that fit are counted otherwise than is expected here. */
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
    const dice = below(100);
    const p = below(currentProcs);
    if (dice < 40) {
      const count = below(4) === 0 ? 1 + below(60) : 1;
      const row = 1 + below(66);
      live.push({ name: ++name, slots: count });
      add(
        { op: 'smallAlloc', p, class: row, count, name },
        { mallocs: count, bytes: count * class_to_size[row], row, rowMallocs: count },
      );
    } else if (dice < 48) {
      const size = below(16);
      const slots = size === 0 ? 0 : 1;
      live.push({ name: ++name, slots });
      // Never a hit: the observation before has flushed the tiny block.
      add({ op: 'tinyAlloc', p, size, name }, { mallocs: slots, bytes: 16 * slots, row: 2, rowMallocs: slots });
    } else if (dice < 53) {
      const size = 32_769 + below(200_000);
      live.push({ name: ++name, slots: 1 });
      add({ op: 'largeAlloc', p, size, name }, { mallocs: 1, bytes: Math.ceil(size / 8192) * 8192 });
    } else if (dice < 78 && live.length > 0) {
      const [object] = live.splice(below(live.length), 1);
      dropped += object.slots;
      add({ op: 'free', object: object.name }, {});
    } else if (dice < 84) {
      add({ op: 'gcStart', p }, { frees: condemned });
      condemned = dropped;
    } else if (dice < 90) {
      currentProcs = 1 + below(procs);
      add({ op: 'setProcs', procs: currentProcs }, {});
    } else if (dice < 94) {
      stacks.push(++name);
      add({ op: 'allocStack', pages: 1 + below(8), name }, {});
    } else if (dice < 97 && stacks.length > 0) {
      add({ op: 'freeStack', stack: stacks.splice(below(stacks.length), 1)[0] }, {});
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
