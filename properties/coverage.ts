/**
 * The coverage of a run: how often each command was applied, and how many steps reached each of the states that bugs
 * hide in. A state that no step reached is listed, so that a green run does not claim more than it saw.
 */
import { PAGE_SIZE_BYTES } from '../model/sizeclasses';
import { OPS, type Op } from './trace/command';
import { CLASS_WITHOUT_TAIL, FIRST_UNPUBLISHED_CLASS } from './draw/boundaryValues';
import {
  CACHED_PARTLY_USED,
  FILLED_TO_THE_LAST_SLOT,
  GAVE_A_SPAN_BACK,
  GIVEN_BACK_WITH_ONE_SLOT_LEFT,
  HANDED_OUT_AGAIN,
  HANDED_OUT_AGAIN_ELSEWHERE,
  LOST_WITH_A_REFILL,
  SWEPT_A_SPAN,
  SWEPT_ALL_DEAD,
  SWEPT_BY_ANOTHER_P,
  SWEPT_NONE_DEAD,
  UNCACHED_PARTLY_USED,
} from './ledger/coverageBits';
import type { CheckContext } from './checks/checkContext';

/** The number of steps without a flush that counts as a long stretch. */
const LONG_STRETCH_STEPS = 64;

interface State {
  readonly name: string;
  readonly isReached: (context: CheckContext, past: Past) => boolean;
}

/** The facts about earlier steps that the states depend on. */
interface Past {
  stepsSinceFlush: number;
  /** Span structures that merging has freed, before this step and after it. */
  freeStructuresBefore: number;
  freeStructures: number;
}

/** States that the span ledger reports: the bit of each, and the command without which it cannot occur. */
const SPAN_STATES: readonly { readonly name: string; readonly bit: number; readonly op?: Op }[] = [
  { name: 'span filled to its last slot', bit: FILLED_TO_THE_LAST_SLOT },
  { name: 'partly used span cached again', bit: CACHED_PARTLY_USED },
  { name: 'given back with one slot left', bit: GIVEN_BACK_WITH_ONE_SLOT_LEFT },
  { name: 'swept by another P than allocated', bit: SWEPT_BY_ANOTHER_P },
  { name: 'swept with nothing left alive', bit: SWEPT_ALL_DEAD },
  { name: 'swept with nothing dead', bit: SWEPT_NONE_DEAD },
  { name: 'object handed out again after freegc', bit: HANDED_OUT_AGAIN, op: 'freegc' },
  { name: 'handed out again from a span that the P has not cached', bit: HANDED_OUT_AGAIN_ELSEWHERE, op: 'freegc' },
  { name: 'refill for a tiny block with objects to hand out again', bit: LOST_WITH_A_REFILL, op: 'freegc' },
];

/** States that one kind of command reaches. */
const OP_STATES: { readonly [op in Op]: readonly State[] } = {
  smallAlloc: [
    {
      name: 'swept by the refill that needs a span (preserve)',
      isReached: ({ spans }) => (spans.coverageBits & SWEPT_A_SPAN) !== 0,
    },
    {
      name: 'class 61 or above, which BySize does not show',
      isReached: ({ command }) => command.op === 'smallAlloc' && command.class >= FIRST_UNPUBLISHED_CLASS,
    },
    {
      name: 'class whose span has a tail that no slot uses',
      isReached: ({ command }) => command.op === 'smallAlloc' && !CLASS_WITHOUT_TAIL[command.class],
    },
  ],
  tinyAlloc: [
    {
      name: 'tiny allocation that fitted',
      isReached: ({ command, ledger }) => command.op === 'tinyAlloc' && command.size > 0 && ledger.tiny.lastWasHit,
    },
    {
      name: 'tiny allocation of 0 bytes',
      isReached: ({ command }) => command.op === 'tinyAlloc' && command.size === 0,
    },
  ],
  largeAlloc: [
    {
      name: 'large object of whole pages',
      isReached: ({ command }) => command.op === 'largeAlloc' && command.size % PAGE_SIZE_BYTES === 0,
    },
    {
      name: 'large object one byte above whole pages',
      isReached: ({ command }) => command.op === 'largeAlloc' && command.size % PAGE_SIZE_BYTES === 1,
    },
    { name: 'more than 4 GiB of large objects', isReached: ({ ledger }) => ledger.largeAllocBytes > 2 ** 32 },
  ],
  free: [],
  freegc: [
    {
      name: 'freegc of an object that it does not take',
      isReached: ({ command, ledger }) => command.op === 'freegc' && !ledger.isReusable(command.object),
    },
  ],
  cacheSpan: [],
  uncacheSpan: [],
  sweepSpan: [
    {
      name: 'span given back to the page heap by a sweep',
      isReached: ({ spans }) => (spans.coverageBits & GAVE_A_SPAN_BACK) !== 0,
    },
    {
      name: 'swept span merged with free neighbours on both sides',
      isReached: ({ spans }, past) =>
        (spans.coverageBits & GAVE_A_SPAN_BACK) !== 0 && past.freeStructures - past.freeStructuresBefore === 2,
    },
  ],
  gcStart: [
    {
      name: 'sweep finished by the next collection',
      isReached: ({ spans }) => (spans.coverageBits & SWEPT_A_SPAN) !== 0,
    },
    {
      name: 'collection with partly used caches',
      isReached: ({ spans }) => (spans.coverageBits & UNCACHED_PARTLY_USED) !== 0,
    },
  ],
  readMemStats: [
    {
      name: 'read with partly used caches',
      isReached: ({ spans }) => (spans.coverageBits & UNCACHED_PARTLY_USED) !== 0,
    },
    {
      name: `read after ${LONG_STRETCH_STEPS} steps without a flush`,
      isReached: (_, past) => past.stepsSinceFlush >= LONG_STRETCH_STEPS,
    },
  ],
  setProcs: [
    {
      name: 'P destroyed with a partly used cache',
      isReached: ({ spans }) => (spans.coverageBits & UNCACHED_PARTLY_USED) !== 0,
    },
  ],
  allocStack: [{ name: 'stack taken while objects are live', isReached: ({ spans }) => spans.pagesInUse > 0 }],
  freeStack: [],
};

const ALL_OPS = Object.keys(OPS) as Op[];

export class Coverage {
  private readonly tallies: { readonly [op in Op]: Tally } = tallies();
  private readonly spanCounts = new Float64Array(SPAN_STATES.length);
  private readonly past: Past = { stepsSinceFlush: 0, freeStructuresBefore: 0, freeStructures: 0 };

  /** @param offered the commands of the system; the others are left out. */
  constructor(private readonly offered: ReadonlySet<Op>) {}

  startTrace(): void {
    this.past.stepsSinceFlush = 0;
    this.past.freeStructuresBefore = 0;
  }

  /** Counts one step. */
  countStep(context: CheckContext): void {
    const { op } = context;
    const { past } = this;
    past.freeStructures = context.observation.heap?.spans.freeStructuresLength ?? 0;
    const tally = this.tallies[op];
    tally.applied++;
    for (let i = 0; i < tally.states.length; i++) {
      if (tally.states[i].isReached(context, past)) tally.counts[i]++;
    }
    const { coverageBits } = context.spans;
    if (coverageBits !== 0) {
      for (let i = 0; i < SPAN_STATES.length; i++) if ((coverageBits & SPAN_STATES[i].bit) !== 0) this.spanCounts[i]++;
    }
    past.freeStructuresBefore = past.freeStructures;
    past.stepsSinceFlush = op === 'readMemStats' || op === 'gcStart' ? 0 : past.stepsSinceFlush + 1;
  }

  /** Returns the number of times that each command was applied. */
  ops(): readonly { readonly op: Op; readonly applied: number }[] {
    return ALL_OPS.filter((op) => this.offered.has(op)).map((op) => ({ op, applied: this.tallies[op].applied }));
  }

  /** Returns each state with the number of steps that reached it. */
  states(): readonly { readonly name: string; readonly steps: number }[] {
    const { offered } = this;
    const spanStates = SPAN_STATES.map(({ name, op }, i) => ({ name, op, steps: this.spanCounts[i] }))
      .filter(({ op }) => op === undefined || offered.has(op))
      .map(({ name, steps }) => ({ name, steps }));
    const opStates = ALL_OPS.filter((op) => offered.has(op)).flatMap((op) => {
      const { states, counts } = this.tallies[op];
      return states.map(({ name }, i) => ({ name, steps: counts[i] }));
    });
    return [...spanStates, ...opStates];
  }
}

interface Tally {
  applied: number;
  readonly states: readonly State[];
  readonly counts: Float64Array;
}

function tallies(): { readonly [op in Op]: Tally } {
  const tally = (op: Op): Tally => ({
    applied: 0,
    states: OP_STATES[op],
    counts: new Float64Array(OP_STATES[op].length),
  });
  return Object.fromEntries(ALL_OPS.map((op) => [op, tally(op)])) as { [op in Op]: Tally };
}
