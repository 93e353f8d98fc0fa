/** Slips in consistentHeapStats: each a plausible mistake of a refactor, which some interleaving shows. */
import {
  ADD_A,
  ADD_B,
  CLEAR_A,
  CLEAR_B,
  COPY_A,
  COPY_B,
  LOAD_A,
  LOAD_GEN,
  LOWER_SEQ,
  LOWER_SEQ_HALFWAY,
  MERGE_LOAD_A,
  MERGE_LOAD_B,
  MERGE_STORE_A,
  MERGE_STORE_B,
  RAISE_SEQ,
  READER,
  READ_LOCK,
  READ_UNLOCK,
  STORE_A,
  SWAP_GEN,
  WAIT_FOR_EVEN,
  WRITER,
  WRITER_WITHOUT_P,
  heapStats,
  type HeapStatsParameters,
  type HeapStatsScope,
  type Instruction,
} from './heapStats';
import type { Program } from './program';

export interface Slip {
  readonly name: string;
  /** One line on what goes wrong. */
  readonly text: string;
  /** The project or change it comes from, or `our own`. */
  readonly origin: string;
  /** The smallest scope in which it shows. */
  readonly scope: HeapStatsScope;
  /** Steps of the shortest execution that shows it; 0 for one that shows nothing. */
  readonly steps: number;
  readonly writer?: readonly Instruction[];
  readonly writerWithoutP?: readonly Instruction[];
  readonly reader?: readonly Instruction[];
}

const ONE: HeapStatsScope = { writers: 1, windows: 1, reads: 1 };
const TWO_READS: HeapStatsScope = { writers: 1, windows: 1, reads: 2 };
const TWO_WRITERS: HeapStatsScope = { writers: 2, windows: 1, reads: 1 };

function without(instructions: readonly Instruction[], ...gone: readonly Instruction[]): readonly Instruction[] {
  return instructions.filter((instruction) => !gone.includes(instruction));
}

/** The instructions with some of them moved to before another. */
function moved(
  instructions: readonly Instruction[],
  what: readonly Instruction[],
  before: Instruction,
): readonly Instruction[] {
  return without(instructions, ...what).flatMap((instruction) =>
    instruction === before ? [...what, instruction] : [instruction],
  );
}

export const SLIPS: readonly Slip[] = [
  {
    name: 'add-not-atomic',
    text: 'a counter is loaded, raised and stored in two accesses',
    origin: 'our own',
    scope: TWO_WRITERS,
    steps: 26,
    writer: [RAISE_SEQ, LOAD_GEN, LOAD_A, STORE_A, ADD_B, LOWER_SEQ],
  },
  {
    name: 'add-after-release',
    text: 'the second counter is added to after release',
    origin: 'our own',
    scope: ONE,
    steps: 17,
    writer: [RAISE_SEQ, LOAD_GEN, ADD_A, LOWER_SEQ, ADD_B],
  },
  {
    name: 'reader-does-not-wait',
    text: 'the reader does not wait for an odd statsSeq',
    origin: 'our own',
    scope: ONE,
    steps: 15,
    reader: without(READER, WAIT_FOR_EVEN),
  },
  {
    name: 'reader-waits-before-swap',
    text: 'the reader waits for the writers before it moves them to the next generation',
    origin: 'our own',
    scope: ONE,
    steps: 16,
    reader: moved(READER, [WAIT_FOR_EVEN], SWAP_GEN),
  },
  {
    name: 'gen-loaded-before-seq',
    text: 'acquire loads gen before it raises statsSeq',
    origin: 'our own',
    scope: ONE,
    steps: 16,
    writer: [LOAD_GEN, RAISE_SEQ, ADD_A, ADD_B, LOWER_SEQ],
  },
  {
    name: 'two-generations',
    text: 'the ring buffer has two deltas: writers go on in the one that the reader clears',
    origin: 'our own',
    scope: { writers: 1, windows: 1, reads: 2, generations: 2 },
    steps: 16,
  },
  {
    name: 'previous-not-merged',
    text: 'the previous generation is cleared and not merged',
    origin: 'our own',
    scope: TWO_READS,
    steps: 23,
    reader: without(READER, MERGE_LOAD_A, MERGE_STORE_A, MERGE_LOAD_B, MERGE_STORE_B),
  },
  {
    name: 'cleared-before-merged',
    text: 'the previous generation is cleared before it is merged',
    origin: 'our own',
    scope: TWO_READS,
    steps: 31,
    reader: moved(READER, [CLEAR_A, CLEAR_B], MERGE_LOAD_A),
  },
  {
    name: 'previous-not-cleared',
    text: 'the previous generation is merged and not cleared, and so merged again three reads later',
    origin: 'our own',
    scope: { writers: 1, windows: 1, reads: 5 },
    steps: 49,
    reader: without(READER, CLEAR_A, CLEAR_B),
  },
  {
    name: 'half-merged',
    text: 'merge forgets the second counter',
    origin: 'jemalloc #1609',
    scope: TWO_READS,
    steps: 27,
    reader: without(READER, MERGE_LOAD_B, MERGE_STORE_B),
  },
  {
    name: 'half-cleared',
    text: 'clearing forgets the second counter',
    origin: 'jemalloc #1609',
    scope: { writers: 1, windows: 1, reads: 5 },
    steps: 53,
    reader: without(READER, CLEAR_B),
  },
  {
    name: 'copied-before-merged',
    text: 'the result is copied before the previous generation is merged into it',
    origin: 'golang #38712',
    scope: TWO_READS,
    steps: 25,
    reader: moved(READER, [COPY_A, COPY_B], MERGE_LOAD_A),
  },
  {
    name: 'pair-in-two-windows',
    text: 'the two counters are added to in two windows, with a reader in between',
    origin: 'golang #67019',
    scope: ONE,
    steps: 17,
    writer: [RAISE_SEQ, LOAD_GEN, ADD_A, LOWER_SEQ_HALFWAY, RAISE_SEQ, LOAD_GEN, ADD_B, LOWER_SEQ],
  },
  {
    name: 'seq-not-lowered',
    text: 'release does not raise statsSeq, and the reader waits for ever',
    origin: 'our own',
    scope: ONE,
    steps: 8,
    writer: without(WRITER, LOWER_SEQ),
  },
  {
    name: 'no-p-without-lock',
    text: 'a writer without a P does not take noPLock',
    origin: 'our own',
    scope: { writers: 1, withoutP: 1, windows: 1, reads: 1 },
    steps: 15,
    writerWithoutP: [LOAD_GEN, ADD_A, ADD_B],
  },
  {
    name: 'no-p-adds-after-unlock',
    text: 'a writer without a P adds after it has given noPLock back',
    origin: 'our own',
    scope: { writers: 1, withoutP: 1, windows: 1, reads: 1 },
    steps: 17,
    writerWithoutP: moved(WRITER_WITHOUT_P, WRITER_WITHOUT_P.slice(-1), ADD_B),
  },
  {
    name: 'reader-without-lock',
    text: 'the reader moves the writers on without noPLock',
    origin: 'our own',
    scope: { writers: 1, withoutP: 1, windows: 1, reads: 1 },
    steps: 14,
    reader: without(READER, READ_LOCK, READ_UNLOCK),
  },
];

/** Changes that no interleaving can tell from the protocol, and why. */
export const EQUIVALENT_SLIPS: readonly (Slip & { readonly because: string })[] = [
  {
    name: 'unlock-after-wait',
    text: 'the reader keeps noPLock until it has seen every statsSeq even',
    origin: 'our own',
    scope: { writers: 3, withoutP: 1, windows: 2, reads: 2 },
    steps: 0,
    reader: moved(READER, [WAIT_FOR_EVEN], READ_UNLOCK),
    because: 'writers without a P wait longer, and no writer waits for one of them while it holds its P',
  },
  {
    name: 'clear-after-copy',
    text: 'the previous generation is cleared after the result was copied',
    origin: 'our own',
    scope: { writers: 3, windows: 2, reads: 2 },
    steps: 0,
    reader: moved(without(READER, CLEAR_A, CLEAR_B), [], COPY_A).concat(CLEAR_A, CLEAR_B),
    because: 'nobody else looks at the previous generation before the next read moves writers there',
  },
];

/** Returns the protocol with a slip in it, in the scope that the slip names or in another. */
export function slipped(slip: Slip, scope: HeapStatsScope = slip.scope): Program<HeapStatsParameters> {
  const program = heapStats(scope);
  const participants = program.participants.map((participant, i) => {
    if (i === scope.writers) return { ...participant, instructions: slip.reader ?? participant.instructions };
    const writer = i < (scope.withoutP ?? 0) ? slip.writerWithoutP : slip.writer;
    return { ...participant, instructions: writer ?? participant.instructions };
  });
  return { ...program, participants };
}
