/**
 * The central list of one size class as Go 1.9 has it (golang/go 4a7cf960), as a protocol of atomic steps: Ps that refill
 * from it and give back to it (`cacheSpan`, one allocation, `uncacheSpan`), and the background sweeper (`sweepone`).
 *
 * The counters of that release are read with the world stopped, so the danger is not a read in between: it is an update
 * that is lost, a span that two participants own at once, or one that is counted twice. The rules:
 *
 * - whenever nobody is inside a flow, nmalloc less the unspent slots of cached spans equals the allocated slots and those
 *   that were freed; and heap_live agrees with nmalloc;
 * - a span is in one cache at most, and is swept once;
 * - no participant waits for ever, and none finds the span that it owns without a free slot.
 *
 * One shared access is one step. What happens under the central's lock and touches only the lists is one step, too: nobody
 * can look at a list without the lock, unless a slip lets him.
 */
import { BLOCKED, NEXT, goTo, type Instruction, type Program } from './program';

export interface McentralScope {
  /** Ps that allocate, 1 or 2. */
  readonly procs: number;
  /** Flows of each P: a refill, an allocation and a release each. */
  readonly flows: number;
  /** Spans that the background sweeper sweeps, at the most. */
  readonly sweeps: number;
}

/** Spans of the class, those that the page heap has not handed out yet too. */
const SPANS = 6;
const NELEMS = 2;

/** sweepgen of a span, as in `mspan`: h−2 unswept, h−1 being swept, h swept. */
export const UNSWEPT = 0;
export const SWEEPING = 1;
const SWEPT = 2;

/** Lists. */
const IN_HEAP = 0;
export const NONEMPTY = 1;
export const EMPTY = 2;

/** Shared variables, by their place in the state. */
export const LOCK = 0;
export const NMALLOC = 1;
export const HEAP_LIVE = 2;
export const NSMALLFREE = 3;
export const SWEEPGEN = 6;
export const LIST = SWEEPGEN + SPANS;
const ALLOC_COUNT = LIST + SPANS;
const MARKED = ALLOC_COUNT + SPANS;
const INCACHE = MARKED + SPANS;
/** Locals of each participant: its span, a count, whether the span was full before its sweep, a value loaded. */
export const SPAN = INCACHE + SPANS;
export const COUNT = SPAN + 3;
const WAS_EMPTY = COUNT + 3;
export const LOADED = WAS_EMPTY + 3;
/** Participants inside a flow, and the rule that is broken. */
const INSIDE = LOADED + 3;
const BROKEN = INSIDE + 1;

const VARIABLES = BROKEN + 1;

export const NO_SPAN = 0xff;

const LOST_UPDATE = 1;
const TWO_CACHES = 2;
const SWEPT_TWICE = 3;
const NO_FREE_OBJECT = 4;
const HEAP_LIVE_OFF = 5;

const RULES = [
  undefined,
  'nmalloc − unspent slots is not what is allocated and what was freed',
  'a span is in two caches',
  'a span is swept twice',
  'throw: span has no free objects',
  'heap_live is not what nmalloc says',
] as const;

/** A statement of the runtime: its name, and what it does to the state. */
export const step = (text: string, run: Instruction['run']): Instruction => ({ text, run });

/** Three spans wait to be swept: partly used, full and half dead, and all dead. The counters agree at the start. */
function start(state: Uint16Array): void {
  for (let p = 0; p < 3; p++) state[SPAN + p] = NO_SPAN;
  place(state, 0, { list: NONEMPTY, allocated: 1, marked: 1 });
  place(state, 1, { list: EMPTY, allocated: 2, marked: 1 });
  place(state, 2, { list: NONEMPTY, allocated: 1, marked: 0 });
  state[NMALLOC] = 4;
  state[HEAP_LIVE] = 4;
  for (let s = 3; s < SPANS; s++) state[SWEEPGEN + s] = SWEPT;
}

function place(
  state: Uint16Array,
  s: number,
  { list, allocated, marked }: { readonly list: number; readonly allocated: number; readonly marked: number },
): void {
  state[LIST + s] = list;
  state[ALLOC_COUNT + s] = allocated;
  state[MARKED + s] = marked;
  state[SWEEPGEN + s] = UNSWEPT;
}

/** Returns the protocol, or one with other instructions for the Ps or the sweeper. */
export function mcentral(scope: McentralScope, proc = PROC, sweeper = SWEEPER): Program {
  const procs = Array.from({ length: scope.procs }, (_, p) => ({
    name: `P${p}`,
    instructions: proc,
    rounds: scope.flows,
  }));
  return {
    variables: VARIABLES,
    start,
    parameters: {},
    participants: [...procs, { name: 'sweeper', instructions: sweeper, rounds: scope.sweeps }],
    violation: (state) => RULES[state[BROKEN] || brokenRule(state)],
  };
}

function brokenRule(state: Uint16Array): number {
  if (state[INSIDE] !== 0) return 0;
  let allocated = 0;
  let unspent = 0;
  for (let s = 0; s < SPANS; s++) {
    if (state[LIST + s] === IN_HEAP) continue;
    allocated += state[ALLOC_COUNT + s];
    if (state[INCACHE + s] !== 0) unspent += NELEMS - state[ALLOC_COUNT + s];
  }
  const freed = state[NSMALLFREE] + state[NSMALLFREE + 1] + state[NSMALLFREE + 2];
  if (state[NMALLOC] - unspent !== allocated + freed) return LOST_UPDATE;
  return state[HEAP_LIVE] === state[NMALLOC] ? 0 : HEAP_LIVE_OFF;
}

export function firstOn(state: Uint16Array, list: number, isWanted: (sweepgen: number) => boolean): number {
  for (let s = 0; s < SPANS; s++) if (state[LIST + s] === list && isWanted(state[SWEEPGEN + s])) return s;
  return NO_SPAN;
}

/** Both `lock`s: of a P in its first step, which begins its flow, and of others. */
const lock = (text: string, isFirst = false): Instruction =>
  step(text, (state, self) => {
    if (state[LOCK] !== 0) return BLOCKED;
    state[LOCK] = self + 1;
    if (isFirst) state[INSIDE]++;
    return NEXT;
  });

const unlock = (text: string, isLast = false): Instruction =>
  step(text, (state) => {
    state[LOCK] = 0;
    if (isLast) state[INSIDE]--;
    return NEXT;
  });

/** Labels of a P's instructions. */
export const RETRY = 0;
export const CAS = 1;
export const TAKE = 2;
export const GROW = 3;
const HAVE_SPAN = 4;

export const FIND = step('cacheSpan: atomic.Load(&s.sweepgen) of the spans on nonempty, then on empty', (state, p) => {
  const swept = firstOn(state, NONEMPTY, (sweepgen) => sweepgen !== SWEEPING);
  const found = swept === NO_SPAN ? firstOn(state, EMPTY, (sweepgen) => sweepgen === UNSWEPT) : swept;
  state[SPAN + p] = found;
  if (found === NO_SPAN) return goTo(GROW);
  return state[SWEEPGEN + found] === UNSWEPT ? goTo(CAS) : goTo(TAKE);
});

export const CLAIM = step('cacheSpan: atomic.Cas(&s.sweepgen, sg-2, sg-1)', (state, p) => {
  const s = state[SPAN + p];
  if (state[SWEEPGEN + s] !== UNSWEPT) return goTo(RETRY);
  state[SWEEPGEN + s] = SWEEPING;
  return NEXT;
});

const MOVE_CLAIMED = step('cacheSpan: list.remove(s); c.empty.insertBack(s)', (state, p) => {
  state[LIST + state[SPAN + p]] = EMPTY;
  return NEXT;
});

const UNLOCK_CLAIMED = unlock('cacheSpan: unlock(&c.lock)');

export const SWEEP = step('sweep: s.allocCount = s.countAlloc()', (state, self) => {
  const s = state[SPAN + self];
  if (state[SWEEPGEN + s] === SWEPT) state[BROKEN] = SWEPT_TWICE;
  state[COUNT + self] = state[ALLOC_COUNT + s] - state[MARKED + s];
  state[WAS_EMPTY + self] = state[ALLOC_COUNT + s] === NELEMS ? 1 : 0;
  state[ALLOC_COUNT + s] = state[MARKED + s];
  return NEXT;
});

export const COUNT_FREED = step('sweep: c.local_nsmallfree[spc] += uintptr(nfreed)', (state, self) => {
  state[NSMALLFREE + self] += state[COUNT + self];
  return NEXT;
});

export const STORE_SWEEPGEN = step('freeSpan: atomic.Store(&s.sweepgen, mheap_.sweepgen)', (state, self) => {
  state[SWEEPGEN + state[SPAN + self]] = SWEPT;
  return NEXT;
});

const AFTER_SWEEP = step('cacheSpan: s.nextFreeIndex()', (state, p) => {
  const s = state[SPAN + p];
  state[SPAN + p] = state[ALLOC_COUNT + s] < NELEMS ? s : NO_SPAN;
  return state[SPAN + p] === NO_SPAN ? NEXT : goTo(HAVE_SPAN);
});

const LOCK_AGAIN = step('cacheSpan: lock(&c.lock); goto retry', (state, p) => {
  if (state[LOCK] !== 0) return BLOCKED;
  state[LOCK] = p + 1;
  return goTo(RETRY);
});

const MOVE_TAKEN = step('cacheSpan: c.nonempty.remove(s); c.empty.insertBack(s)', (state, p) => {
  state[LIST + state[SPAN + p]] = EMPTY;
  return NEXT;
});

const UNLOCK_TAKEN = step('cacheSpan: unlock(&c.lock)', (state) => {
  state[LOCK] = 0;
  return goTo(HAVE_SPAN);
});

const UNLOCK_TO_GROW = unlock('cacheSpan: unlock(&c.lock); c.grow()');

const LOCK_GROWN = lock('cacheSpan: lock(&c.lock)');

const INSERT_GROWN = step('cacheSpan: c.empty.insertBack(s); unlock(&c.lock)', (state, p) => {
  let s = 0;
  while (state[LIST + s] !== IN_HEAP) s++;
  state[SPAN + p] = s;
  state[LIST + s] = EMPTY;
  state[LOCK] = 0;
  return NEXT;
});

const BET = step('cacheSpan: n := s.nelems - s.allocCount', (state, p) => {
  const s = state[SPAN + p];
  state[COUNT + p] = NELEMS - state[ALLOC_COUNT + s];
  if (state[COUNT + p] === 0) state[BROKEN] = NO_FREE_OBJECT;
  return NEXT;
});

export const ADD_NMALLOC = step('cacheSpan: atomic.Xadd64(&c.nmalloc, n)', (state, p) => {
  state[NMALLOC] += state[COUNT + p];
  return NEXT;
});

export const ADD_HEAP_LIVE = step('cacheSpan: atomic.Xadd64(&memstats.heap_live, spanBytes-usedBytes)', (state, p) => {
  state[HEAP_LIVE] += state[COUNT + p];
  return NEXT;
});

const CACHE = step('refill: s.incache = true; c.alloc[spc] = s', (state, p) => {
  const s = state[SPAN + p];
  if (state[INCACHE + s] !== 0) state[BROKEN] = TWO_CACHES;
  state[INCACHE + s] = p + 1;
  return NEXT;
});

const ALLOCATE = step('nextFree: s.allocCount++', (state, p) => {
  state[ALLOC_COUNT + state[SPAN + p]]++;
  state[MARKED + state[SPAN + p]]++;
  return NEXT;
});

export const LOCK_TO_RELEASE = lock('uncacheSpan: lock(&c.lock)');

export const UNCACHE = step('uncacheSpan: s.incache = false; c.empty.remove(s); c.nonempty.insert(s)', (state, p) => {
  const s = state[SPAN + p];
  state[INCACHE + s] = 0;
  state[COUNT + p] = NELEMS - state[ALLOC_COUNT + s];
  if (state[COUNT + p] > 0) state[LIST + s] = NONEMPTY;
  return NEXT;
});

export const REFUND_NMALLOC = step('uncacheSpan: atomic.Xadd64(&c.nmalloc, -n)', (state, p) => {
  state[NMALLOC] -= state[COUNT + p];
  return NEXT;
});

export const REFUND_HEAP_LIVE = step('uncacheSpan: atomic.Xadd64(&memstats.heap_live, -n*elemsize)', (state, p) => {
  state[HEAP_LIVE] -= state[COUNT + p];
  return NEXT;
});

/** The last step of a flow forgets its locals, so that states that differ in nothing else are one. */
export const forget = (state: Uint16Array, self: number): void => {
  state[SPAN + self] = NO_SPAN;
  state[COUNT + self] = 0;
  state[WAS_EMPTY + self] = 0;
  state[LOADED + self] = 0;
  state[INSIDE]--;
};

export const UNLOCK_RELEASED = step('uncacheSpan: unlock(&c.lock)', (state, p) => {
  state[LOCK] = 0;
  forget(state, p);
  return NEXT;
});

export const PROC: readonly Instruction[] = [
  lock('cacheSpan: lock(&c.lock)', true),
  { ...FIND, label: RETRY },
  { ...CLAIM, label: CAS },
  MOVE_CLAIMED,
  UNLOCK_CLAIMED,
  SWEEP,
  COUNT_FREED,
  STORE_SWEEPGEN,
  AFTER_SWEEP,
  LOCK_AGAIN,
  { ...MOVE_TAKEN, label: TAKE },
  UNLOCK_TAKEN,
  { ...UNLOCK_TO_GROW, label: GROW },
  LOCK_GROWN,
  INSERT_GROWN,
  { ...BET, label: HAVE_SPAN },
  ADD_NMALLOC,
  ADD_HEAP_LIVE,
  CACHE,
  ALLOCATE,
  LOCK_TO_RELEASE,
  UNCACHE,
  REFUND_HEAP_LIVE,
  REFUND_NMALLOC,
  UNLOCK_RELEASED,
];

/** The label of the sweeper's last instruction. */
export const REST = 0;

export const SWEEPER_FIND = step('sweepone: atomic.Load(&s.sweepgen)', (state, self) => {
  let s = 0;
  while (s < SPANS && (state[SWEEPGEN + s] !== UNSWEPT || state[LIST + s] === IN_HEAP)) s++;
  state[INSIDE]++;
  state[SPAN + self] = s < SPANS ? s : NO_SPAN;
  return s < SPANS ? NEXT : goTo(REST);
});

export const SWEEPER_CLAIM = step('sweepone: atomic.Cas(&s.sweepgen, sg-2, sg-1)', (state, self) => {
  const s = state[SPAN + self];
  if (state[SWEEPGEN + s] !== UNSWEPT) {
    state[SPAN + self] = NO_SPAN;
    return goTo(REST);
  }
  state[SWEEPGEN + s] = SWEEPING;
  return NEXT;
});

export const SWEEPER_LOCK = lock('freeSpan: lock(&c.lock)');

export const MOVE_SWEPT = step('freeSpan: c.empty.remove(s); c.nonempty.insert(s)', (state, self) => {
  const s = state[SPAN + self];
  if (state[WAS_EMPTY + self] === 1 && state[COUNT + self] > 0) state[LIST + s] = NONEMPTY;
  return NEXT;
});

export const FREE_IDLE = step(
  'freeSpan: if s.allocCount == 0 { c.nonempty.remove(s); mheap_.freeSpan(s) }',
  (state, self) => {
    const s = state[SPAN + self];
    if (state[ALLOC_COUNT + s] === 0) state[LIST + s] = IN_HEAP;
    return NEXT;
  },
);

export const SWEEPER_UNLOCK = unlock('freeSpan: unlock(&c.lock)');

const SWEEPER_REST = step('sweepone: return', (state, self) => {
  forget(state, self);
  return NEXT;
});

export const SWEEPER: readonly Instruction[] = [
  SWEEPER_FIND,
  SWEEPER_CLAIM,
  SWEEP,
  COUNT_FREED,
  SWEEPER_LOCK,
  MOVE_SWEPT,
  STORE_SWEEPGEN,
  FREE_IDLE,
  SWEEPER_UNLOCK,
  { ...SWEEPER_REST, label: REST },
];
