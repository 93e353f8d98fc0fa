/**
 * The exhaustive search: every trace over an alphabet, the short ones first, until one fails as the bug that is
 * looked for or a length is done.
 *
 * Nothing is tried twice in other clothes: births are named 1, 2, 3 …, in that order, so that names are folded; and
 * a trace that leads to a state that was met before (state.ts) is not gone on with, since whatever follows it
 * has been tried behind the other.
 */
import { setImmediate } from 'node:timers/promises';
import { bornBy, type Command } from '../../properties/trace/command';
import type { Failure, FailingTrace } from '../../properties/failure';
import { Ledger } from '../../properties/ledger/ledger';
import type { Trace } from '../../properties/trace/trace';
import type { Probe } from './probe';

export interface ExhaustiveSearchOptions {
  /** Ps of the traces. */
  readonly procs: readonly number[];
  readonly readsEachStep?: boolean | undefined;
  /** Commands that a trace may go on with, given the names that it has born; a birth is named `name`. */
  readonly alphabet: (procs: number, names: readonly number[], name: number) => readonly Command[];
  /** Commands of the longest traces. */
  readonly maxCommands: number;
  /** Whether a failing trace is what is looked for. */
  readonly isWanted: (found: FailingTrace) => boolean;
  readonly isOver?: (() => boolean) | undefined;
  readonly onTries?: ((tries: number, commands: number) => void) | undefined;
}

export interface ExhaustiveSearchResult {
  /** The first trace that is wanted; none is shorter. */
  readonly found: FailingTrace | undefined;
  /** Length up to which every trace was tried. */
  readonly doneCommands: number;
  readonly tries: number;
  /** Traces not gone on with, since their state was met before. */
  readonly folded: number;
  /** Failing traces that are not wanted, by signature: the first of each. */
  readonly others: ReadonlyMap<string, FailingTrace>;
}

export function searchExhaustively(probe: Probe, options: ExhaustiveSearchOptions): Promise<ExhaustiveSearchResult> {
  return new ExhaustiveSearch(probe, options).run();
}

/** Tries after which the event loop gets a turn. */
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
    const { readsEachStep = false } = this.options;
    let level: readonly Trace[] = this.options.procs.map((procs) => ({
      shape: { procs, readsEachStep },
      commands: [],
    }));
    while (doneCommands < this.options.maxCommands && level.length > 0) {
      level = await this.longer(level, doneCommands + 1);
      if (this.found !== undefined || this.isOver()) break;
      doneCommands++;
    }
    // No trace is left that leads anywhere new: every longer one is done, too.
    if (level.length === 0 && this.found === undefined && !this.isOver()) doneCommands = this.options.maxCommands;
    const { found, tries, folded, others } = this;
    return { found, doneCommands, tries, folded, others };
  }

  /** Tries every trace with one command more; those that hold and lead to a new state are gone on with. */
  private async longer(level: readonly Trace[], commands: number): Promise<readonly Trace[]> {
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

  private meet(failing: { readonly trace: Trace; readonly failure: Failure }): void {
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
