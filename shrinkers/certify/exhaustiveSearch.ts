/**
 * The exhaustive search: every trace over an alphabet, shorter ones first, until one fails as the wanted bug or every
 * trace of the greatest length is done.
 *
 * Equivalent traces run once. Births are named 1, 2, 3 … in order, so renamed copies never arise; and a trace that leads
 * to a state seen before (stateKey.ts) is not extended, since everything that can follow it is tried after the other.
 */
import { setImmediate } from 'node:timers/promises';
import { bornBy, type Command } from '../../properties/trace/command';
import type { FailingTrace } from '../../properties/failure';
import { Ledger } from '../../properties/ledger/ledger';
import type { Shape, Trace } from '../../properties/trace/trace';
import type { Probe } from './probe';

/** Commands that may extend a trace with `procs` Ps in which `names` were born; a new birth is named `name`. */
export type Alphabet = (procs: number, names: readonly number[], name: number) => readonly Command[];

export interface ExhaustiveSearchOptions {
  /** The shapes that traces start in. */
  readonly shapes: readonly Shape[];
  readonly alphabet: Alphabet;
  /** The length of the longest traces. */
  readonly maxCommands: number;
  /** Reports whether a failing trace fails as the wanted bug. */
  readonly isWanted: (found: FailingTrace) => boolean;
  readonly isOver?: (() => boolean) | undefined;
  readonly onTries?: ((tries: number, commands: number) => void) | undefined;
}

export interface ExhaustiveSearchResult {
  /** The first trace that fails as the wanted bug; none is shorter. */
  readonly found: FailingTrace | undefined;
  /** Every trace of up to this many commands was tried. */
  readonly doneCommands: number;
  readonly tries: number;
  /** Traces that were not extended, since their state had been seen before. */
  readonly folded: number;
  /** The first failing trace of every other signature. */
  readonly others: ReadonlyMap<string, FailingTrace>;
}

/** Searches for the shortest trace that fails as the wanted bug. */
export function searchExhaustively(probe: Probe, options: ExhaustiveSearchOptions): Promise<ExhaustiveSearchResult> {
  return new ExhaustiveSearch(probe, options).run();
}

/** The event loop gets a turn every so many tries. */
const TRIES_PER_TURN = 256;

class ExhaustiveSearch {
  private readonly ledger = new Ledger();
  private readonly states = new Set<string>();
  private readonly others = new Map<string, FailingTrace>();
  private found: FailingTrace | undefined;
  private tries = 0;
  private folded = 0;

  constructor(
    private readonly probe: Probe,
    private readonly options: ExhaustiveSearchOptions,
  ) {}

  async run(): Promise<ExhaustiveSearchResult> {
    let doneCommands = 0;
    let level: readonly Trace[] = this.options.shapes.map((shape) => ({ shape, commands: [] }));
    while (doneCommands < this.options.maxCommands && level.length > 0) {
      level = await this.tryExtensions(level, doneCommands + 1);
      if (this.found !== undefined || this.isOver()) break;
      doneCommands++;
    }
    // Nothing leads to a new state any more, so all longer traces are done as well.
    if (level.length === 0 && this.found === undefined && !this.isOver()) doneCommands = this.options.maxCommands;
    const { found, tries, folded, others } = this;
    return { found, doneCommands, tries, folded, others };
  }

  /** Tries every trace with one more command, and returns those that hold and lead to a new state. */
  private async tryExtensions(level: readonly Trace[], commands: number): Promise<readonly Trace[]> {
    const isLast = commands === this.options.maxCommands;
    const next: Trace[] = [];
    for (const trace of level) {
      for (const command of this.applicable(trace)) {
        const candidate = { shape: trace.shape, commands: [...trace.commands, command] };
        if (this.isOver()) return next;
        const failure = this.probe.tryTrace(candidate);
        if (++this.tries % TRIES_PER_TURN === 0) await this.breathe(commands);
        if (failure !== undefined) this.meet({ trace: candidate, failure });
        else if (!isLast && this.isNew(candidate)) next.push(candidate);
        if (this.found !== undefined) return next;
      }
    }
    return next;
  }

  private applicable(trace: Trace): readonly Command[] {
    const { ledger } = this;
    ledger.reset(trace.shape.procs, trace.shape.readsEachStep);
    for (const command of trace.commands) ledger.apply(command);
    const names = trace.commands.map(bornBy).filter((name) => name !== 0);
    return this.options
      .alphabet(ledger.procs, names, names.length + 1)
      .filter((command) => ledger.obstacle(command) === undefined);
  }

  private isNew(trace: Trace): boolean {
    const state = this.probe.stateAfter(trace);
    if (this.states.has(state)) {
      this.folded++;
      return false;
    }
    this.states.add(state);
    return true;
  }

  private meet(failing: FailingTrace): void {
    if (this.options.isWanted(failing)) this.found = failing;
    else if (!this.others.has(failing.failure.signature)) this.others.set(failing.failure.signature, failing);
  }

  private async breathe(commands: number): Promise<void> {
    this.options.onTries?.(this.tries, commands);
    await setImmediate();
  }

  private isOver(): boolean {
    return this.options.isOver?.() ?? false;
  }
}
