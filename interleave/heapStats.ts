/**
 * consistentHeapStats of Go 1.16 and later (mstats.go), as a protocol of atomic steps: writers that add to a pair of
 * counters inside windows (`acquire` … `release`), and one reader (`read`). Through it the runtime publishes its memory
 * statistics while the world runs.
 *
 * The rule, on which every check at window boundaries rests: **each read is a consistent cut at window boundaries**. It has
 * all of a window or nothing of it, and nothing twice; it has every window that was released before the read began; and it
 * has every window that an earlier read had.
 *
 * Each window adds 1 to counter `a` and to counter `b`. So that a broken rule shows, a counter is not one sum: it holds, for
 * each window of each writer, how often that window was added (2 bits). One shared access is one step, and steps interleave
 * under sequential consistency, which is what Go's atomics give.
 */
import { BLOCKED, NEXT, STAY, type Instruction as AnyInstruction, type Program } from './program';

/** The scope as the instructions need it. */
export type HeapStatsParameters = Required<Pick<HeapStatsScope, 'writers' | 'withoutP' | 'generations'>>;

export type Instruction = AnyInstruction<HeapStatsParameters>;

export interface HeapStatsScope {
  /** The number of writers, 1 to 3. */
  readonly writers: number;
  /** The number of writers without a P: they hold `noPLock` where the others raise `statsSeq`. */
  readonly withoutP?: number;
  /** Windows of each writer, 1 or 2. */
  readonly windows: number;
  /** Reads, one after the other. */
  readonly reads: number;
  /** Deltas in the ring buffer; the runtime has 3. */
  readonly generations?: number;
}

/** Shared and local variables, by their place in the state. */
const GEN = 0;
const NO_P_LOCK = 1;
/** The deltas: counter `a` of each generation, then counter `b`. */
const DELTA_A = 2;
const DELTA_B = 5;
/** `statsSeq` of each writer's P, by its last bit. */
const STATS_SEQ = 8;
/** The generation that each writer has loaded, and the value that it has loaded to add to. */
const WRITER_GEN = 11;
const WRITER_LOADED = 14;
/** The window that each writer is in, or the next. */
const WRITER_WINDOW = 17;
/** The reader's locals: `currGen`, the P it waits for, a loaded value, what it has copied of `a`. */
const CURR_GEN = 20;
const WAITING_FOR = 21;
const READER_LOADED = 22;
const OUT_A = 23;
/** Ghost variables, one bit a window: released so far; released when the read began; in the last read. */
const RELEASED = 24;
const RELEASED_BEFORE = 25;
const LAST_READ = 26;
/** The rule that a read has broken, or 0. */
const BROKEN = 27;

/** Variables of the protocol; the program counters follow. */
export const HEAP_STATS_VARIABLES = 28;

/** Windows that a writer may have. */
const MAX_WINDOWS = 2;

const RULES = [
  undefined,
  'a read has half of a window',
  'a read has a window twice',
  'a read lacks a window that was released before it began',
  'a read lacks a window that an earlier read had',
] as const;

/** The protocol as the runtime has it. A slip is another list of instructions for a writer or for the reader. */
export function heapStats(scope: HeapStatsScope): Program<HeapStatsParameters> {
  const { writers, withoutP = 0, windows, reads } = scope;
  const writer = (w: number): Program<HeapStatsParameters>['participants'][number] => ({
    name: w < withoutP ? `writer ${w} (without a P)` : `writer ${w}`,
    instructions: w < withoutP ? WRITER_WITHOUT_P : WRITER,
    rounds: windows,
  });
  return {
    variables: HEAP_STATS_VARIABLES,
    parameters: { writers, withoutP, generations: scope.generations ?? 3 },
    participants: [
      ...Array.from({ length: writers }, (_, w) => writer(w)),
      { name: 'reader', instructions: READER, rounds: reads },
    ],
    violation: (state) => RULES[state[BROKEN] ?? 0],
  };
}

/** 1 in the two bits of the window that writer `w` is in. */
function unit(state: Uint16Array, w: number): number {
  return 1 << (2 * (w * MAX_WINDOWS + state[WRITER_WINDOW + w]));
}

export const RAISE_SEQ: Instruction = {
  text: 'acquire: statsSeq.Add(1)',
  run(state, w) {
    state[STATS_SEQ + w] ^= 1;
    return NEXT;
  },
};

export const LOCK_NO_P: Instruction = {
  text: 'acquire: lock(&noPLock)',
  run(state, w) {
    if (state[NO_P_LOCK] !== 0) return BLOCKED;
    state[NO_P_LOCK] = w + 1;
    return NEXT;
  },
};

export const LOAD_GEN: Instruction = {
  text: 'acquire: gen.Load()',
  run(state, w) {
    state[WRITER_GEN + w] = state[GEN];
    return NEXT;
  },
};

export const ADD_A = add('a', DELTA_A);
export const ADD_B = add('b', DELTA_B);

function add(counter: string, delta: number): Instruction {
  return {
    text: `Xadd64(&stats.${counter}, 1)`,
    run(state, w) {
      state[delta + state[WRITER_GEN + w]] += unit(state, w);
      return NEXT;
    },
  };
}

/** `stats.a++`, which is not atomic: two instructions. */
export const LOAD_A: Instruction = {
  text: 'stats.a++: load',
  run(state, w) {
    state[WRITER_LOADED + w] = state[DELTA_A + state[WRITER_GEN + w]];
    return NEXT;
  },
};

export const STORE_A: Instruction = {
  text: 'stats.a++: store',
  run(state, w) {
    state[DELTA_A + state[WRITER_GEN + w]] = state[WRITER_LOADED + w] + unit(state, w);
    return NEXT;
  },
};

export const LOWER_SEQ: Instruction = {
  text: 'release: statsSeq.Add(1)',
  run(state, w) {
    state[STATS_SEQ + w] ^= 1;
    endWindow(state, w);
    return NEXT;
  },
};

export const UNLOCK_NO_P: Instruction = {
  text: 'release: unlock(&noPLock)',
  run(state, w) {
    state[NO_P_LOCK] = 0;
    endWindow(state, w);
    return NEXT;
  },
};

/** A release within a window that a slip has cut in two: the window itself is over at its last one. */
export const LOWER_SEQ_HALFWAY: Instruction = {
  text: 'release: statsSeq.Add(1)',
  run(state, w) {
    state[STATS_SEQ + w] ^= 1;
    return NEXT;
  },
};

function endWindow(state: Uint16Array, w: number): void {
  state[RELEASED] |= 1 << (w * MAX_WINDOWS + state[WRITER_WINDOW + w]);
  state[WRITER_WINDOW + w]++;
}

export const READ_GEN: Instruction = {
  text: 'read: gen.Load()',
  run(state) {
    state[CURR_GEN] = state[GEN];
    state[RELEASED_BEFORE] = state[RELEASED];
    return NEXT;
  },
};

export const READ_LOCK: Instruction = {
  text: 'read: lock(&noPLock)',
  run(state) {
    if (state[NO_P_LOCK] !== 0) return BLOCKED;
    state[NO_P_LOCK] = 9;
    return NEXT;
  },
};

export const SWAP_GEN: Instruction = {
  text: 'read: gen.Swap((currGen + 1) % 3)',
  run(state, _, { generations }) {
    state[GEN] = (state[CURR_GEN] + 1) % generations;
    return NEXT;
  },
};

export const READ_UNLOCK: Instruction = {
  text: 'read: unlock(&noPLock)',
  run(state, _, { withoutP }) {
    state[NO_P_LOCK] = 0;
    state[WAITING_FOR] = withoutP;
    return NEXT;
  },
};

/** Spins until `statsSeq` of each P was seen even, one P after the other. */
export const WAIT_FOR_EVEN: Instruction = {
  text: 'read: p.statsSeq.Load()',
  run(state, _, { writers }) {
    if (state[WAITING_FOR] === writers) return NEXT;
    if (state[STATS_SEQ + state[WAITING_FOR]] !== 0) return BLOCKED;
    return ++state[WAITING_FOR] === writers ? NEXT : STAY;
  },
};

function prevGen(state: Uint16Array, generations: number): number {
  return (state[CURR_GEN] + generations - 1) % generations;
}

export const MERGE_LOAD_A = mergeLoad('a', DELTA_A);
export const MERGE_STORE_A = mergeStore('a', DELTA_A);
export const MERGE_LOAD_B = mergeLoad('b', DELTA_B);
export const MERGE_STORE_B = mergeStore('b', DELTA_B);

function mergeLoad(counter: string, delta: number): Instruction {
  return {
    text: `read: stats[currGen].${counter} += stats[prevGen].${counter}: load`,
    run(state, _, { generations }) {
      state[READER_LOADED] = state[delta + state[CURR_GEN]] + state[delta + prevGen(state, generations)];
      return NEXT;
    },
  };
}

function mergeStore(counter: string, delta: number): Instruction {
  return {
    text: `read: stats[currGen].${counter} += stats[prevGen].${counter}: store`,
    run(state) {
      state[delta + state[CURR_GEN]] = state[READER_LOADED];
      state[READER_LOADED] = 0;
      return NEXT;
    },
  };
}

export const CLEAR_A = clear('a', DELTA_A);
export const CLEAR_B = clear('b', DELTA_B);

function clear(counter: string, delta: number): Instruction {
  return {
    text: `read: stats[prevGen].${counter} = 0`,
    run(state, _, { generations }) {
      state[delta + prevGen(state, generations)] = 0;
      return NEXT;
    },
  };
}

export const COPY_A: Instruction = {
  text: 'read: out.a = stats[currGen].a',
  run(state) {
    state[OUT_A] = state[DELTA_A + state[CURR_GEN]];
    return NEXT;
  },
};

/** The last access of a read, after which its result is judged. */
export const COPY_B: Instruction = {
  text: 'read: out.b = stats[currGen].b',
  run(state, _, { writers }) {
    state[BROKEN] = brokenRule(state, state[OUT_A], state[DELTA_B + state[CURR_GEN]], writers);
    state[OUT_A] = 0;
    state[RELEASED_BEFORE] = 0;
    return NEXT;
  },
};

function brokenRule(state: Uint16Array, a: number, b: number, writers: number): number {
  let had = 0;
  for (let window = 0; window < writers * MAX_WINDOWS; window++) {
    const timesA = (a >> (2 * window)) & 3;
    const timesB = (b >> (2 * window)) & 3;
    if (timesA > 1 || timesB > 1) return 2;
    if (timesA !== timesB) return 1;
    if (timesA === 1) had |= 1 << window;
    else if ((state[RELEASED_BEFORE] >> window) & 1) return 3;
    else if ((state[LAST_READ] >> window) & 1) return 4;
  }
  state[LAST_READ] = had;
  return 0;
}

export const WRITER: readonly Instruction[] = [RAISE_SEQ, LOAD_GEN, ADD_A, ADD_B, LOWER_SEQ];

export const WRITER_WITHOUT_P: readonly Instruction[] = [LOCK_NO_P, LOAD_GEN, ADD_A, ADD_B, UNLOCK_NO_P];

export const READER: readonly Instruction[] = [
  READ_GEN,
  READ_LOCK,
  SWAP_GEN,
  READ_UNLOCK,
  WAIT_FOR_EVEN,
  MERGE_LOAD_A,
  MERGE_STORE_A,
  MERGE_LOAD_B,
  MERGE_STORE_B,
  CLEAR_A,
  CLEAR_B,
  COPY_A,
  COPY_B,
];
