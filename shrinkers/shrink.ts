/**
 * From any failing trace to the smallest one that the passes find: rounds over all passes, each on the best trace so
 * far, until a whole round finds nothing smaller.
 */
import { setImmediate } from 'node:timers/promises';
import { COMMON_OPS, type Op } from '../properties/trace/command';
import type { Failure, FailingTrace } from '../properties/failure';
import type { Trace } from '../properties/trace/trace';
import { isApplicable } from './applicable';
import { isSmaller } from './order';
import { PASSES, type NamedPass } from './passes/passes';
import { rateOf, type Rate } from './failureRate';
import { isSameBug } from './sameBug';
import type { AsyncTrial, SyncTrial, Trial } from './trial';

export interface ShrinkOptions {
  /** A deadline or Ctrl-C: asked before every try; once true, what is best so far is the answer. */
  readonly isOver?: () => boolean;
  /** Told when a pass begins and when a smaller trace is found. */
  readonly onProgress?: (progress: ShrinkProgress) => void;
  /** Told of every smaller trace, so that the caller can write it down. */
  readonly onSmaller?: (trace: Trace, failure: Failure) => void | Promise<void>;
  /** Commands that the system can perform, if not all. */
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
  /** Whether no pass finds anything smaller; not if it was ended before. */
  readonly isComplete: boolean;
  /** Other bugs met on the way, one trace for each signature: the smallest that was met. */
  readonly others: readonly { trace: Trace; failure: Failure }[];
  /** Set if the failure does not repeat: how often it came; the trace is then the one that was given. */
  readonly rate: Rate | undefined;
}

/**
 * @param failure how `trace` fails; what is found fails as the same bug.
 */
export function shrink(trace: Trace, failure: Failure, trial: Trial, options: ShrinkOptions = {}): Promise<Shrunk> {
  return new Shrinker(trace, failure, trial, options).run();
}

/** Runs that must all fail. */
const FIRM_RUNS = 3;

/** Runs by which the rate of a failure that does not repeat is told. */
const FLAKY_RUNS = 20;

/** Tries after which the event loop gets a turn, for signals and progress. */
const TRIES_PER_TURN = 256;

class Shrinker {
  private readonly ops: ReadonlySet<Op>;
  /** How each trace ended that was run; nothing if it held. */
  private readonly ends = new Map<string, Failure | undefined>();
  private readonly others = new Map<string, { trace: Trace; failure: Failure }>();
  private tries = 0;
  private pass = '';

  constructor(
    private trace: Trace,
    private failure: Failure,
    private readonly trial: Trial,
    private readonly options: ShrinkOptions,
  ) {
    this.ops = options.ops ?? COMMON_OPS;
    this.trace = cut(trace, failure);
  }

  async run(): Promise<Shrunk> {
    const start = { trace: this.trace, failure: this.failure };
    if (!(await this.isFirm(start))) return this.flaky(start);
    for (let before; before !== this.trace && !this.isOver();) {
      before = this.trace;
      for (const pass of PASSES) await this.runPass(pass);
    }
    const end = { trace: this.trace, failure: this.failure };
    return (await this.isFirm(end)) ? this.shrunk(end, !this.isOver(), undefined) : this.flaky(start);
  }

  /** Whether the trace fails as often as it is run; one that was only lucky must not be shrunk. */
  private async isFirm({ trace, failure }: FailingTrace): Promise<boolean> {
    const { failed, runs } = await rateOf(trace, failure, this.trial, FIRM_RUNS, this.options.isOver);
    this.tries += runs;
    return failed === runs;
  }

  /** What was given, as it was, and how often it fails. */
  private async flaky(start: FailingTrace): Promise<Shrunk> {
    this.pass = 'repeat';
    this.progress();
    const rate = await rateOf(start.trace, start.failure, this.trial, FLAKY_RUNS, this.options.isOver);
    this.tries += rate.runs;
    return this.shrunk(start, false, rate);
  }

  private shrunk({ trace, failure }: FailingTrace, isComplete: boolean, rate: Rate | undefined): Shrunk {
    return { trace, failure, tries: this.tries, isComplete, others: [...this.others.values()], rate };
  }

  private async runPass({ name, pass }: NamedPass): Promise<void> {
    this.pass = name;
    this.progress();
    const candidates = pass(this.trace, this.ops);
    for (let next = candidates.next(); next.done !== true && !this.isOver();) {
      const { trial } = this;
      // A promise for every try would cost more than the try, so a trial that answers at once is not awaited.
      const failure = trial.isAsync
        ? await this.repeated(next.value, await this.attempt(next.value, trial))
        : this.attempt(next.value, trial);
      if (this.tries % TRIES_PER_TURN === 0) await setImmediate();
      const taken = failure === undefined ? undefined : this.meet(next.value, failure);
      if (taken !== undefined) await this.options.onSmaller?.(taken, this.failure);
      next = candidates.next(taken);
    }
  }

  /**
   * How a candidate fails that would be taken, if it does so each time: a system outside of this process may fail by luck, and
   * what is taken by luck is what all that follows is held against.
   */
  private async repeated(candidate: Trace, failure: Failure | undefined): Promise<Failure | undefined> {
    if (failure === undefined || !this.isWanted(candidate, failure)) return failure;
    // The same trace again is no new try.
    const { failed, runs } = await rateOf(cut(candidate, failure), failure, this.trial, FIRM_RUNS, this.options.isOver);
    if (failed === runs) return failure;
    this.ends.set(keyOf(candidate), undefined);
    return undefined;
  }

  private isWanted(candidate: Trace, failure: Failure): boolean {
    return isSameBug({ trace: this.trace, failure: this.failure }, { trace: cut(candidate, failure), failure });
  }

  /** Runs a candidate that applies, unless it was run before. */
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

  /** Takes a candidate that fails as the same bug; another bug is kept beside it. */
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

  private isOver(): boolean {
    return this.options.isOver?.() ?? false;
  }
}

/** What comes after the step that fails has no part in it. */
function cut({ shape, commands }: Trace, { step }: Failure): Trace {
  return { shape, commands: commands.slice(0, step + 1) };
}

function keyOf({ shape, commands }: Trace): string {
  let key = `${shape.procs}${shape.readsEachStep === true ? 'r' : ''}`;
  for (const command of commands) key += commandKey(command);
  return key;
}

/** Commands are shared by candidates, so that most keys are there already. */
function commandKey(command: Trace['commands'][number]): string {
  let key = keys.get(command);
  if (key === undefined) keys.set(command, (key = JSON.stringify(command)));
  return key;
}

const keys = new WeakMap<object, string>();
