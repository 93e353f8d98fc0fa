/**
 * An explicit-state search: every state that a protocol can reach, breadth first, each once. So the first state that
 * breaks a rule is reached by the fewest steps.
 *
 * A state is a fixed number of 32-bit words, kept in one growing array; a table of open addressing finds it again. About a
 * microsecond a state, and 4 · (words + 2) + 1 bytes.
 */
import { growArray } from '../properties/ledger/growArray';

/** A protocol: participants that take turns, one atomic step at a time, on a state that they share. */
export interface Protocol {
  /** Words of a state. */
  readonly words: number;
  /** The number of participants. */
  readonly participants: number;
  /** Writes the initial state. */
  start(state: Int32Array): void;
  /**
   * Takes one step of a participant, in place.
   * @returns `BLOCKED` if it must wait for another one, `ENDED` if it has nothing left to do, else `STEPPED`.
   */
  step(state: Int32Array, participant: number): number;
  /** Returns the rule that the last step broke, or undefined. Called after every step that was taken. */
  violation(state: Int32Array): string | undefined;
  /** Describes the step that a participant takes next, for a person. */
  describe(state: Int32Array, participant: number): string;
}

export const STEPPED = 0;
export const BLOCKED = 1;
export const ENDED = 2;

export interface ExploreOptions {
  /** The most states to visit; 50 million. */
  readonly maxStates?: number;
}

/** One step of an execution. */
export interface ExecutionStep {
  readonly participant: number;
  readonly text: string;
}

export interface Exploration {
  /** Distinct states that were visited. */
  readonly states: number;
  /** Steps that were taken, those that led to a known state too. */
  readonly transitions: number;
  /** True if every reachable state was visited. */
  readonly isComplete: boolean;
  /** The execution with the fewest steps that breaks a rule, or that leaves a participant waiting for ever. */
  readonly failure: { readonly rule: string; readonly steps: readonly ExecutionStep[] } | undefined;
}

/** Visits every state that the protocol can reach, or stops at the first that breaks a rule. */
export function explore(protocol: Protocol, { maxStates = 50_000_000 }: ExploreOptions = {}): Exploration {
  const visited = new StateTable(protocol.words);
  const state = new Int32Array(protocol.words);
  protocol.start(state);
  visited.add(state, 0, 0);
  let transitions = 0;
  for (let at = 0; at < visited.length; at++) {
    if (visited.length > maxStates)
      return { states: visited.length, transitions, isComplete: false, failure: undefined };
    let ended = 0;
    let stepped = 0;
    for (let participant = 0; participant < protocol.participants; participant++) {
      visited.copy(at, state);
      const outcome = protocol.step(state, participant);
      if (outcome !== STEPPED) {
        if (outcome === ENDED) ended++;
        continue;
      }
      stepped++;
      transitions++;
      const rule = protocol.violation(state);
      if (rule !== undefined) {
        const failure = {
          rule,
          steps: [...stepsTo(protocol, visited, at), stepOf(protocol, visited, at, participant)],
        };
        return { states: visited.length, transitions, isComplete: false, failure };
      }
      visited.add(state, at, participant);
    }
    if (stepped === 0 && ended < protocol.participants) {
      const failure = { rule: 'every participant that is left waits for ever', steps: stepsTo(protocol, visited, at) };
      return { states: visited.length, transitions, isComplete: false, failure };
    }
  }
  return { states: visited.length, transitions, isComplete: true, failure: undefined };
}

/** The steps from the initial state to the state at `at`. */
function stepsTo(protocol: Protocol, visited: StateTable, at: number): readonly ExecutionStep[] {
  const steps: ExecutionStep[] = [];
  for (let to = at; to > 0; to = visited.parentOf(to)) {
    steps.push(stepOf(protocol, visited, visited.parentOf(to), visited.moverOf(to)));
  }
  return steps.toReversed();
}

function stepOf(protocol: Protocol, visited: StateTable, from: number, participant: number): ExecutionStep {
  const state = new Int32Array(protocol.words);
  visited.copy(from, state);
  return { participant, text: protocol.describe(state, participant) };
}

/** States in the order in which they were first reached, each with the state and the participant that led to it. */
class StateTable {
  private data: Int32Array;
  private parents = new Int32Array(1 << 16);
  private movers = new Uint8Array(1 << 16);
  /** State number + 1 by hash; 0 where a slot is free. */
  private slots = new Int32Array(1 << 17);
  private mask = (1 << 17) - 1;
  length = 0;

  constructor(private readonly words: number) {
    this.data = new Int32Array(words << 16);
  }

  copy(at: number, to: Int32Array): void {
    const from = at * this.words;
    for (let i = 0; i < this.words; i++) to[i] = this.data[from + i];
  }

  parentOf(at: number): number {
    return this.parents[at];
  }

  moverOf(at: number): number {
    return this.movers[at];
  }

  /** Enters a state unless it is known. */
  add(state: Int32Array, parent: number, mover: number): void {
    const { words, mask } = this;
    let slot = hashOf(state, words) & mask;
    for (let known = this.slots[slot]; known !== 0; known = this.slots[slot]) {
      if (this.isAt(known - 1, state)) return;
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = this.length + 1;
    this.append(state, parent, mover);
    if (this.length * 2 > this.slots.length) this.rehash();
  }

  private isAt(at: number, state: Int32Array): boolean {
    const from = at * this.words;
    for (let i = 0; i < this.words; i++) if (this.data[from + i] !== state[i]) return false;
    return true;
  }

  private append(state: Int32Array, parent: number, mover: number): void {
    const at = this.length++;
    const end = (at + 1) * this.words;
    if (end > this.data.length) this.data = growArray(this.data, end - 1);
    if (at >= this.parents.length) {
      this.parents = growArray(this.parents, at);
      this.movers = growArray(this.movers, at);
    }
    this.data.set(state, at * this.words);
    this.parents[at] = parent;
    this.movers[at] = mover;
  }

  private rehash(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    this.mask = this.slots.length - 1;
    const state = new Int32Array(this.words);
    for (let at = 0; at < this.length; at++) {
      this.copy(at, state);
      let slot = hashOf(state, this.words) & this.mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = at + 1;
    }
  }
}

/** Murmur3's mixing (Austin Appleby, public domain), word by word. */
function hashOf(state: Int32Array, words: number): number {
  let hash = 0x9747b28c;
  for (let i = 0; i < words; i++) {
    let word = Math.imul(state[i], 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
