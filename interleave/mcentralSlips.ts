/** Slips in the central list: each a plausible mistake of a refactor, which some interleaving shows. */
import {
  ADD_HEAP_LIVE,
  ADD_NMALLOC,
  CAS,
  CLAIM,
  COUNT,
  COUNT_FREED,
  EMPTY,
  FIND,
  GROW,
  HEAP_LIVE,
  LOADED,
  LOCK,
  NMALLOC,
  NONEMPTY,
  NO_SPAN,
  NSMALLFREE,
  PROC,
  REFUND_NMALLOC,
  SPAN,
  STORE_SWEEPGEN,
  SWEEPER,
  SWEEPER_CLAIM,
  SWEEPER_LOCK,
  SWEEPER_UNLOCK,
  SWEEPGEN,
  SWEEPING,
  TAKE,
  UNCACHE,
  UNLOCK_RELEASED,
  UNSWEPT,
  firstOn,
  forget,
  mcentral,
  step,
  type McentralScope,
} from './mcentral';
import { NEXT, goTo, type Instruction, type Program } from './program';

/** A slip: spans that somebody else is sweeping are not passed over. */
const FIND_SWEEPING_TOO = step('cacheSpan: the first span on nonempty, whoever sweeps it', (state, p) => {
  const found = firstOn(state, NONEMPTY, () => true);
  state[SPAN + p] = found;
  if (found !== NO_SPAN) return state[SWEEPGEN + found] === UNSWEPT ? goTo(CAS) : goTo(TAKE);
  state[SPAN + p] = firstOn(state, EMPTY, (sweepgen) => sweepgen === UNSWEPT);
  return state[SPAN + p] === NO_SPAN ? goTo(GROW) : goTo(CAS);
});

/** A slip: the claim is a store, whatever happened since the load. */
const CLAIM_BY_STORE = step('cacheSpan: s.sweepgen = sg-1', (state, p) => {
  state[SWEEPGEN + state[SPAN + p]] = SWEEPING;
  return NEXT;
});

/** A slip: one counter for all, loaded and stored. */
const LOAD_FREED = step('sweep: nsmallfree[spc] += nfreed: load', (state, self) => {
  state[LOADED + self] = state[NSMALLFREE];
  return NEXT;
});
const STORE_FREED = step('sweep: nsmallfree[spc] += nfreed: store', (state, self) => {
  state[NSMALLFREE] = state[LOADED + self] + state[COUNT + self];
  return NEXT;
});

const LOAD_NMALLOC = step('cacheSpan: c.nmalloc += n: load', (state, p) => {
  state[LOADED + p] = state[NMALLOC];
  return NEXT;
});
const STORE_NMALLOC = step('cacheSpan: c.nmalloc += n: store', (state, p) => {
  state[NMALLOC] = state[LOADED + p] + state[COUNT + p];
  return NEXT;
});

const LOAD_HEAP_LIVE = step('cacheSpan: memstats.heap_live += spanBytes-usedBytes: load', (state, p) => {
  state[LOADED + p] = state[HEAP_LIVE];
  return NEXT;
});
const STORE_HEAP_LIVE = step('cacheSpan: memstats.heap_live += spanBytes-usedBytes: store', (state, p) => {
  state[HEAP_LIVE] = state[LOADED + p] + state[COUNT + p];
  return NEXT;
});

/** `c.nmalloc -= n` of uncacheSpan, loaded and stored. */
const LOAD_REFUND = step('uncacheSpan: c.nmalloc -= n: load', (state, p) => {
  state[LOADED + p] = state[NMALLOC];
  return NEXT;
});
const STORE_REFUND = step('uncacheSpan: c.nmalloc -= n: store', (state, p) => {
  state[NMALLOC] = state[LOADED + p] - state[COUNT + p];
  return NEXT;
});

/** uncacheSpan's unlock, before the refunds and not after them. */
const UNLOCK_BEFORE_REFUND = step('uncacheSpan: unlock(&c.lock)', (state) => {
  state[LOCK] = 0;
  return NEXT;
});
const END_OF_FLOW = step('uncacheSpan: return', (state, p) => {
  forget(state, p);
  return NEXT;
});

const LEAVE_LOCKED = step('freeSpan: return without unlock(&c.lock)', () => NEXT);

export interface McentralSlip {
  readonly name: string;
  /** One line on what goes wrong. */
  readonly text: string;
  readonly origin: string;
  /** Steps of the shortest execution that shows it. */
  readonly steps: number;
  readonly proc?: readonly Instruction[];
  readonly sweeper?: readonly Instruction[];
}

/** The scope in which every slip shows: two Ps, two flows each, and the sweeper. */
export const SCOPE: McentralScope = { procs: 2, flows: 2, sweeps: 2 };

/** The instructions with one replaced by others; the first of them takes its label. */
function replaced(
  list: readonly Instruction[],
  what: Instruction,
  ...by: readonly Instruction[]
): readonly Instruction[] {
  return list.flatMap((instruction) => {
    if (instruction.text !== what.text) return [instruction];
    return by.map((other, i) =>
      i === 0 && instruction.label !== undefined ? { ...other, label: instruction.label } : other,
    );
  });
}

/** The instructions with `what` moved to before `before`. */
function moved(list: readonly Instruction[], what: Instruction, before: Instruction): readonly Instruction[] {
  return replaced(replaced(list, what), before, what, before);
}

export const MCENTRAL_SLIPS: readonly McentralSlip[] = [
  {
    name: 'nmalloc-load-and-store',
    text: 'cacheSpan adds to nmalloc outside of the lock, and not atomically',
    origin: 'our own',
    steps: 40,
    proc: replaced(PROC, ADD_NMALLOC, LOAD_NMALLOC, STORE_NMALLOC),
  },
  {
    name: 'heap-live-load-and-store',
    text: 'cacheSpan adds to heap_live outside of the lock, and not atomically',
    origin: 'our own',
    steps: 40,
    proc: replaced(PROC, ADD_HEAP_LIVE, LOAD_HEAP_LIVE, STORE_HEAP_LIVE),
  },
  {
    name: 'refund-load-and-store',
    text: 'uncacheSpan refunds under the lock, and not atomically, while cacheSpan adds without it',
    origin: 'our own',
    steps: 40,
    proc: replaced(PROC, REFUND_NMALLOC, LOAD_REFUND, STORE_REFUND),
  },
  {
    name: 'claim-without-cas',
    text: 'cacheSpan claims a span by a store, and the sweeper has claimed it meanwhile',
    origin: 'our own',
    steps: 11,
    proc: replaced(PROC, CLAIM, CLAIM_BY_STORE),
  },
  {
    name: 'sweeper-claims-without-cas',
    text: 'sweepone claims a span by a store, and a P has claimed it meanwhile',
    origin: 'our own',
    steps: 11,
    sweeper: replaced(SWEEPER, SWEEPER_CLAIM, CLAIM_BY_STORE),
  },
  {
    name: 'takes-a-span-being-swept',
    text: 'cacheSpan does not pass over a span that is being swept',
    origin: 'golang #44082',
    steps: 67,
    proc: replaced(PROC, FIND, FIND_SWEEPING_TOO),
  },
  {
    name: 'sweepgen-before-lists',
    text: 'freeSpan says that the span is swept before it moves it, and before it has the lock',
    origin: 'our own',
    steps: 69,
    sweeper: moved(SWEEPER, STORE_SWEEPGEN, SWEEPER_LOCK),
  },
  {
    name: 'free-span-without-lock',
    text: 'freeSpan moves the span without the lock of the central',
    origin: 'our own',
    steps: 65,
    sweeper: replaced(replaced(SWEEPER, SWEEPER_LOCK), SWEEPER_UNLOCK),
  },
  {
    name: 'free-span-keeps-the-lock',
    text: 'freeSpan returns without giving the lock back',
    origin: 'our own',
    steps: 14,
    sweeper: replaced(SWEEPER, SWEEPER_UNLOCK, LEAVE_LOCKED),
  },
  {
    name: 'nsmallfree-shared',
    text: 'one nsmallfree for all, loaded and stored without a lock, in place of one for each P',
    origin: 'mimalloc #1410, turned round',
    steps: 31,
    proc: replaced(PROC, COUNT_FREED, LOAD_FREED, STORE_FREED),
    sweeper: replaced(SWEEPER, COUNT_FREED, LOAD_FREED, STORE_FREED),
  },
];

/** Changes that no execution in the scope can tell from the runtime, and why. */
export const MCENTRAL_EQUIVALENTS: readonly (McentralSlip & { readonly because: string })[] = [
  {
    name: 'refund-after-unlock',
    text: 'uncacheSpan refunds after it has given the lock back',
    origin: 'our own',
    steps: 0,
    proc: replaced(replaced(PROC, UNLOCK_RELEASED, END_OF_FLOW), UNCACHE, UNCACHE, UNLOCK_BEFORE_REFUND),
    because: 'the refunds are atomic, and nobody adds up before the flow is over',
  },
];

/** Returns the protocol with a slip in it. */
export function slippedMcentral({ proc, sweeper }: McentralSlip, scope: McentralScope = SCOPE): Program {
  return mcentral(scope, proc, sweeper);
}
