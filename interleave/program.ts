/**
 * A protocol as programs: each participant is a list of instructions that it performs some times over, and each
 * instruction is one access to what is shared. So a protocol reads as the code that it is a model of, and a slip in it is
 * another list of instructions.
 */
import { BLOCKED, ENDED, STEPPED, type Protocol } from './explore';

export { BLOCKED } from './explore';

/** Results of `Instruction.run`: continue with the next instruction, or repeat this one (a loop with more to look at). */
export const NEXT = 3;
export const STAY = 4;

/** Jumps return a label from here on. */
const FIRST_LABEL = 16;

/** Jumps to the instruction of the same list that has this label. */
export function goTo(label: number): number {
  return FIRST_LABEL + label;
}

/** @typeParam P what the protocol's instructions need to know of its scope. */
export interface Instruction<P = unknown> {
  /** The statement of the code that it stands for. */
  readonly text: string;
  /** The number by which `goTo` finds it. */
  readonly label?: number;
  /**
   * Performs one access on the state, in place.
   * @param self the number of the participant.
   * @returns `NEXT`, `STAY`, `goTo(label)`, or `BLOCKED`, which must leave the state as it is.
   */
  run(state: Uint16Array, self: number, parameters: P): number;
}

export interface Participant<P = unknown> {
  readonly name: string;
  readonly instructions: readonly Instruction<P>[];
  /** The number of times the instructions are performed. */
  readonly rounds: number;
}

export interface Program<P = unknown> {
  /** Variables of the protocol, 16 bits each. */
  readonly variables: number;
  /** Writes their initial values, where these are not all 0. */
  readonly start?: (state: Uint16Array) => void;
  readonly parameters: P;
  readonly participants: readonly Participant<P>[];
  /** Returns the rule that the state breaks, or undefined. */
  readonly violation: (state: Uint16Array) => string | undefined;
}

/** Returns the protocol that runs the programs, with a program counter for each participant behind the variables. */
export function protocolOf<P>({ variables, start, parameters, participants, violation }: Program<P>): Protocol {
  const words = (variables + participants.length + 1) >> 1;
  // A program counter counts on through the rounds, so the state needs no count of rounds.
  const programs = participants.map(({ instructions, rounds }) =>
    Array.from({ length: rounds }, () => instructions).flat(),
  );
  const ends = programs.map((program) => program.length);
  const labels = participants.map(({ instructions }) => labelsOf(instructions));
  const lengths = participants.map(({ instructions }) => instructions.length);
  // The search hands over the same few arrays again and again.
  const views = new WeakMap<Int32Array, Uint16Array>();
  let last: { readonly words: Int32Array; readonly variables: Uint16Array } | undefined;
  const viewOf = (state: Int32Array): Uint16Array => {
    if (last?.words === state) return last.variables;
    const view = views.get(state) ?? new Uint16Array(state.buffer, state.byteOffset, state.length * 2);
    views.set(state, view);
    last = { words: state, variables: view };
    return view;
  };
  return {
    words,
    participants: participants.length,
    start(state) {
      state.fill(0);
      start?.(viewOf(state));
    },
    step(words32, self) {
      const state = viewOf(words32);
      const counter = variables + self;
      const at = state[counter];
      if (at === ends[self]) return ENDED;
      const outcome = programs[self][at].run(state, self, parameters);
      if (outcome === BLOCKED) return BLOCKED;
      if (outcome === NEXT) state[counter] = at + 1;
      else if (outcome >= FIRST_LABEL) state[counter] = at - (at % lengths[self]) + labels[self][outcome - FIRST_LABEL];
      return STEPPED;
    },
    violation: (words32) => violation(viewOf(words32)),
    describe(words32, self) {
      const instruction = programs[self]?.[viewOf(words32)[variables + self] ?? 0];
      return `${participants[self]?.name ?? ''}: ${instruction?.text ?? 'has ended'}`;
    },
  };
}

/** The place of each label in a list of instructions. */
function labelsOf(instructions: readonly Instruction<never>[]): readonly number[] {
  const places: number[] = [];
  for (const [place, { label }] of instructions.entries()) if (label !== undefined) places[label] = place;
  return places;
}
