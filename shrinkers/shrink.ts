/**
 * Shrinks any failing trace to the smallest one that the passes find: rounds over all passes, each on the best trace so
 * far, until a whole round finds nothing smaller.
 */
import { setImmediate } from 'node:timers/promises';
import { COMMON_OPS, type Op } from '../properties/trace/command';
import { at } from '../properties/at';
import { cut, type Failure, type FailingTrace } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { isSmaller } from './order';
import { PASSES, type NamedPass } from './passes/passes';
import { rateOf, type Rate } from './failureRate';
import { newPassCounters, type PassCounter, type PassStatistics } from './passStatistics';
import { isSameBug } from './sameBug';
import { abortableTrial, TrialAborted, type AsyncTrial, type SyncTrial, type Trial } from './trial';

export interface ShrinkOptions {
  /** Called before every try, for a deadline or Ctrl-C. Once it returns true, the best trace so far is the result. */
  readonly isOver?: () => boolean;
  /**
   * Ends the shrink as `isOver` does, but also during a try: a system that hangs does not delay the result. The last try
   * may still be running after an abort; `endAbortedRun` ends it, so that the system can be asked again.
   */
  readonly signal?: AbortSignal;
  /** Called when a pass begins and when a smaller trace is found. */
  readonly onProgress?: (progress: ShrinkProgress) => void;
  /** Called with every smaller trace, so that the caller can save it. */
  readonly onSmaller?: (trace: Trace, failure: Failure) => void | Promise<void>;
  /** Commands that the system performs, if not all; candidates have no others. */
  readonly ops?: ReadonlySet<Op>;
}

export interface ShrinkProgress {
  readonly commands: number;
  readonly pass: string;
  readonly tries: number;
}

export interface Shrunk {
  readonly trace: Trace;
  readonly failure: Failure;
  /** Traces that were run. */
  readonly tries: number;
  /** True if no pass finds anything smaller; false if the shrink ended early. */
  readonly isComplete: boolean;
  /** Other bugs met on the way: the smallest trace of each signature. */
  readonly others: readonly FailingTrace[];
  /** Set if the failure does not repeat: how often the trace fails, which is then the one that was given. */
  readonly rate: Rate | undefined;
  /** The statistics of each pass, in the order of a round. */
  readonly passes: readonly PassStatistics[];
}

/**
 * Shrinks a failing trace. The result fails as the same bug.
 *
 * @param failure the failure of `trace`.
 */
export function shrink(trace: Trace, failure: Failure, trial: Trial, options: ShrinkOptions = {}): Promise<Shrunk> {
  return new Shrinker(trace, failure, trial, options).run();
}

/** Runs that must all fail for a failure to count as one that repeats. */
const FIRM_RUNS = 3;

/** Runs that measure the rate of a failure that does not repeat. */
const FLAKY_RUNS = 20;

/** Tries between turns of the event loop, which signals and progress need. */
const TRIES_PER_TURN = 256;

class Shrinker {
  private readonly ops: ReadonlySet<Op>;
  private readonly trial: Trial;
  /** The failure of each trace that ran, or undefined if it held. */
  private readonly ends = new Map<string, Failure | undefined>();
  private readonly others = new Map<string, FailingTrace>();
  private readonly counters = newPassCounters(PASSES.map(({ name }) => name));
  private tries = 0;
  private pass = '';

  constructor(
    private trace: Trace,
    private failure: Failure,
    trial: Trial,
    private readonly options: ShrinkOptions,
  ) {
    this.trial = abortableTrial(trial, options.signal);
    this.ops = options.ops ?? COMMON_OPS;
    this.trace = cut(trace, failure);
  }

  async run(): Promise<Shrunk> {
    try {
      return await this.runRounds();
    } catch (error) {
      if (!(error instanceof TrialAborted)) throw error;
      return this.shrunk({ trace: this.trace, failure: this.failure }, false, undefined);
    }
  }

  private async runRounds(): Promise<Shrunk> {
    const start = { trace: this.trace, failure: this.failure };
    if (!(await this.isFirm(start))) return this.flaky(start);
    for (let before; before !== this.trace && !this.isOver();) {
      before = this.trace;
      for (const [i, pass] of PASSES.entries()) await this.runPass(pass, at(this.counters, i));
    }
    const end = { trace: this.trace, failure: this.failure };
    return (await this.isFirm(end)) ? this.shrunk(end, !this.isOver(), undefined) : this.flaky(start);
  }

  /** Reports whether the trace fails every time. A trace that fails by chance must not be shrunk. */
  private async isFirm(failing: FailingTrace): Promise<boolean> {
    const { failed, runs } = await rateOf(failing, this.trial, FIRM_RUNS, this.isOver);
    this.tries += runs;
    return failed === runs;
  }

  /** Returns the trace as it was given, with the rate at which it fails. */
  private async flaky(start: FailingTrace): Promise<Shrunk> {
    this.trace = start.trace;
    this.failure = start.failure;
    this.pass = 'repeat';
    this.progress();
    const rate = await rateOf(start, this.trial, FLAKY_RUNS, this.isOver);
    this.tries += rate.runs;
    return this.shrunk(start, false, rate);
  }

  private shrunk({ trace, failure }: FailingTrace, isComplete: boolean, rate: Rate | undefined): Shrunk {
    const { tries, counters: passes } = this;
    return { trace, failure, tries, isComplete, others: [...this.others.values()], rate, passes };
  }

  private async runPass({ name, pass }: NamedPass, counter: PassCounter): Promise<void> {
    this.pass = name;
    counter.calls++;
    this.progress();
    const candidates = pass(this.trace, this.ops);
    for (let next = candidates.next(); next.done !== true && !this.isOver();) {
      const { trial } = this;
      const triesBefore = this.tries;
      counter.candidates++;
      // A promise for every try would cost more than the try, so the answer of a SyncTrial is not awaited.
      const failure = trial.isAsync
        ? await this.repeated(next.value, await this.attempt(next.value, trial))
        : this.attempt(next.value, trial);
      if (this.tries % TRIES_PER_TURN === 0) await setImmediate();
      counter.tries += this.tries - triesBefore;
      const lengthBefore = this.trace.commands.length;
      const taken = failure === undefined ? undefined : this.meet(next.value, failure);
      if (taken !== undefined) {
        counter.taken++;
        counter.deletedCommands += lengthBefore - taken.commands.length;
        await this.options.onSmaller?.(taken, this.failure);
      }
      next = candidates.next(taken);
    }
  }

  /**
   * Returns the failure of a candidate that would be taken, if it fails that way every time. A system outside of this
   * process may fail by chance, and every later candidate is compared with the one that was taken.
   */
  private async repeated(candidate: Trace, failure: Failure | undefined): Promise<Failure | undefined> {
    if (failure === undefined || !this.isWanted(candidate, failure)) return failure;
    // Repetitions of one trace do not count as tries.
    const failing = { trace: cut(candidate, failure), failure };
    const { failed, runs } = await rateOf(failing, this.trial, FIRM_RUNS, this.isOver);
    if (failed === runs) return failure;
    this.ends.set(keyOf(candidate), undefined);
    return undefined;
  }

  private isWanted(candidate: Trace, failure: Failure): boolean {
    return isSameBug({ trace: this.trace, failure: this.failure }, { trace: cut(candidate, failure), failure });
  }

  /** Runs a candidate if it applies and has not run before. */
  private attempt(candidate: Trace, trial: SyncTrial): Failure | undefined;
  private attempt(candidate: Trace, trial: AsyncTrial): Failure | undefined | Promise<Failure | undefined>;
  private attempt(candidate: Trace, trial: Trial): Failure | undefined | Promise<Failure | undefined> {
    const key = keyOf(candidate);
    if (this.ends.has(key)) return this.ends.get(key);
    if (!isApplicable(candidate)) {
      this.ends.set(key, undefined);
      return undefined;
    }
    this.tries++;
    if (trial.isAsync) return trial.run(candidate).then((failure) => this.note(key, failure));
    return this.note(key, trial.run(candidate));
  }

  private note(key: string, failure: Failure | undefined): Failure | undefined {
    this.ends.set(key, failure);
    return failure;
  }

  /** Takes a candidate that fails as the same bug, and keeps one that fails as another. */
  private meet(candidate: Trace, failure: Failure): Trace | undefined {
    const trace = cut(candidate, failure);
    if (!this.isWanted(candidate, failure)) {
      const known = this.others.get(failure.signature);
      if (known === undefined || isSmaller(trace, known.trace)) this.others.set(failure.signature, { trace, failure });
      return undefined;
    }
    this.trace = trace;
    this.failure = failure;
    this.progress();
    return trace;
  }

  private progress(): void {
    const { trace, pass, tries } = this;
    this.options.onProgress?.({ commands: trace.commands.length, pass, tries });
  }

  private readonly isOver = (): boolean => isOver(this.options);
}

/** Reports whether a shrink with these options must end. */
export function isOver(options: Pick<ShrinkOptions, 'isOver' | 'signal'>): boolean {
  return options.signal?.aborted === true || options.isOver?.() === true;
}

function keyOf({ shape, commands }: Trace): string {
  let key = `${shape.procs}${shape.readsEachStep === true ? 'r' : ''}`;
  for (const command of commands) key += commandKey(command);
  return key;
}

/** Returns the JSON of a command. Candidates share commands, so most of these are cached. */
function commandKey(command: Trace['commands'][number]): string {
  let key = keys.get(command);
  if (key === undefined) keys.set(command, (key = JSON.stringify(command)));
  return key;
}

const keys = new WeakMap<object, string>();
