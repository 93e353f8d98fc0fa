/**
 * The judge. It follows one trace after another through a system, keeps the ledgers, and evaluates the checks after
 * every step.
 *
 * The rescan, and every comparison with it, is complete at every step. State that a step does not touch (bitmaps and
 * links of other spans, rows of classes that no command named) is audited in full at every collection, every
 * `AUDIT_STRIDE_STEPS` steps and at the end of the trace. If an audit finds a defect that no step showed, the trace
 * runs again with an audit after every step, so that the failure names the step that corrupted the heap.
 */
import { FREES, MALLOCS, TOTAL_ALLOC, clearMemStats, copyMemStats, newMemStats } from '../model/memstats';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { isVisible, type Check } from './checks/checks';
import type { Command, Op } from './trace/command';
import { checkFailure, deathFailure, type Failure, type Finding } from './failure';
import { Ledger } from './ledger/ledger';
import type { Coverage } from './coverage';
import { SpanLedger } from './ledger/spanLedger';
import { StructuralChecks } from './checks/structuralChecks';
import type { AsyncSystem, Death, Observation, SyncSystem, System } from './system';
import type { Shape, Trace } from './trace/trace';
import type { CheckContext } from './checks/checkContext';
import { seenFields, type SeenFields } from './publishedFields';

/** Steps from one audit to the next, if no collection comes between them. */
const AUDIT_STRIDE_STEPS = 64;

/** The end of one trace. Only `held` says that checks were evaluated after every command and that all of them held. */
export type Verdict = Held | Failed | Unchecked;

interface Judged {
  /** The steps that were checked: commands that were applied and observed. */
  readonly steps: number;
  /** The names of the checks that were evaluated at each of them. */
  readonly checks: readonly string[];
}

/** A trace with no failure that was checked in full. */
export interface Held extends Judged {
  readonly outcome: 'held';
  readonly failure: undefined;
}

/** A trace that failed. */
export interface Failed extends Judged {
  readonly outcome: 'failed';
  readonly failure: Failure;
}

/** A trace with no failure that was not checked in full. */
export interface Unchecked extends Judged {
  readonly outcome: 'unchecked';
  readonly failure: undefined;
  readonly why: 'no check can run on this system' | 'the trace has no commands' | 'the system ended the trace early';
}

export interface JudgeOptions {
  readonly checks: readonly Check[];
  /** Counts the states that the traces reach. */
  readonly coverage?: Coverage | undefined;
  /** Audits after every step. */
  readonly isThorough?: boolean | undefined;
}

/** Judges a trace that the caller runs, step by step. */
export class Judge {
  private readonly checks: readonly Check[];
  private readonly checkNames: readonly string[];
  private readonly coverage: Coverage | undefined;
  protected readonly isThorough: boolean;
  /** True while a failing trace runs again: every step is audited then, and coverage is not counted a second time. */
  private isLocating = false;
  /** The ledger of the commands so far. */
  readonly ledger = new Ledger();
  private readonly spans = new SpanLedger();
  private readonly structure = new StructuralChecks();
  private readonly baseline = newMemStats();
  private readonly before = newMemStats();
  private readonly lastRead = newMemStats();
  private context: CheckContext | undefined;
  private lastStep = 0;
  private failure: Failure | undefined;
  private steps = 0;
  private seen: SeenFields | undefined;

  constructor(
    protected readonly system: System,
    { checks, coverage, isThorough = false }: JudgeOptions,
  ) {
    this.checks = checks.filter((check) => isVisible(check, system));
    this.checkNames = this.checks.map(({ name }) => name);
    this.coverage = coverage;
    this.isThorough = isThorough;
  }

  /** The fields that the system publishes; undefined before the first step. */
  get fields(): SeenFields | undefined {
    return this.seen;
  }

  /** Starts a trace that the caller runs step by step; its length is not known yet. */
  begin(shape: Shape): void {
    this.start(shape, -1);
  }

  /** Judges the next step; returns the failure if a check fails. */
  step(command: Command, observation: Observation): Failure | undefined {
    this.observe(this.steps, command, observation);
    return this.failure;
  }

  /** Audits the state after the last step; returns the failure if a check fails. */
  end(): Failure | undefined {
    const { context } = this;
    if (context === undefined || this.failure !== undefined) return this.failure;
    this.structure.observe(context.observation.heap, context.observation.events, true);
    context.classes = ALL_CLASSES;
    context.classesLength = ALL_CLASSES.length;
    this.holds(this.steps - 1, context);
    return this.failure;
  }

  protected start(shape: Shape, lastStep: number): void {
    const { collection, observationFlushes } = this.system;
    this.ledger.keepsTinyBlocks = collection === 'lazy';
    this.ledger.reset(shape.procs, observationFlushes || shape.readsEachStep === true);
    this.spans.reset();
    this.structure.startTrace();
    clearMemStats(this.baseline);
    clearMemStats(this.before);
    clearMemStats(this.lastRead);
    this.context = undefined;
    this.lastStep = lastStep;
    this.failure = undefined;
    this.steps = 0;
  }

  /** Returns the verdict on a trace that is over. */
  protected verdict(trace: Trace, death: Death | undefined): Verdict {
    const { steps, checkNames: checks } = this;
    if (this.failure === undefined && death !== undefined) {
      const command = trace.commands[death.step];
      if (command === undefined)
        throw new Error(
          `${this.system.name} died at step ${death.step}, which the trace does not have: ${death.message}`,
        );
      this.failure = deathFailure(death, command.op);
    }
    if (this.failure !== undefined) return { outcome: 'failed', failure: this.failure, steps, checks };
    const why = this.whyUnchecked(trace);
    if (why !== undefined) return { outcome: 'unchecked', failure: undefined, steps, checks, why };
    return { outcome: 'held', failure: undefined, steps, checks };
  }

  private whyUnchecked({ commands }: Trace): Unchecked['why'] | undefined {
    if (this.checks.length === 0) return 'no check can run on this system';
    if (commands.length === 0) return 'the trace has no commands';
    return this.steps < commands.length ? 'the system ended the trace early' : undefined;
  }

  /** Reports whether the trace must run again, with an audit after every step, to find the step that corrupts. */
  protected mustLocate({ failure }: Verdict): boolean {
    return failure !== undefined && !this.isThorough && !this.isLocating && this.system.shows.has('heap');
  }

  protected setLocating(isLocating: boolean): void {
    this.isLocating = isLocating;
  }

  protected readonly observe = (step: number, command: Command, observation: Observation): boolean => {
    if (step < 0) {
      copyMemStats(observation.published, this.baseline);
      copyMemStats(observation.published, this.before);
      copyMemStats(observation.published, this.lastRead);
      if (observation.events !== undefined) this.spans.addInitialSpans(observation.events);
      return true;
    }
    const { ledger, spans } = this;
    const { op } = command;
    ledger.apply(command);
    if (observation.events !== undefined) spans.follow(command, ledger, observation.events);
    const isAudit = this.isAudit(step, op);
    this.structure.observe(observation.heap, observation.events, isAudit);
    const context = (this.context ??= this.firstContext(command, observation));
    context.command = command;
    context.op = op;
    context.observation = observation;
    const isNarrow = observation.heap !== undefined && !isAudit;
    context.classes = isNarrow ? ledger.classes : ALL_CLASSES;
    context.classesLength = isNarrow ? ledger.classesLength : ALL_CLASSES.length;
    // Not in start(): a trace may be sent ahead while the one before it is still observed.
    const coverage = this.isLocating ? undefined : this.coverage;
    if (this.steps === 0) coverage?.startTrace();
    this.steps++;
    const holds = this.holds(step, context);
    coverage?.countStep(context);
    const { totals } = observation.published;
    const before = this.before.totals;
    before[MALLOCS] = totals[MALLOCS];
    before[FREES] = totals[FREES];
    before[TOTAL_ALLOC] = totals[TOTAL_ALLOC];
    if (op === 'readMemStats' && observation.read !== undefined) copyMemStats(observation.read, this.lastRead);
    return holds;
  };

  private isAudit(step: number, op: Op): boolean {
    if (
      this.isThorough ||
      this.isLocating ||
      step === this.lastStep ||
      step % AUDIT_STRIDE_STEPS === AUDIT_STRIDE_STEPS - 1
    )
      return true;
    return op === 'gcStart';
  }

  private holds(step: number, context: CheckContext): boolean {
    const { checks } = this;
    let findings: Finding[] | undefined;
    for (let i = 0; i < checks.length; i++) {
      const found = checks[i].drifts(context);
      if (found.length > 0) (findings ??= []).push({ check: checks[i].name, drifts: found });
    }
    if (findings === undefined) return true;
    this.failure = checkFailure(step, context.op, findings, context.observation.events);
    return false;
  }

  private firstContext(command: Command, observation: Observation): CheckContext {
    const { ledger, spans, structure, baseline, before, lastRead } = this;
    const { collection } = this.system;
    const classes = ALL_CLASSES;
    this.seen = seenFields(observation);
    return {
      command,
      op: command.op,
      observation,
      ledger,
      spans,
      structure,
      baseline,
      before,
      lastRead,
      collection,
      classes,
      classesLength: classes.length,
    };
  }
}

/** Judges traces on a system that answers at once. */
export class SyncJudge extends Judge {
  constructor(
    protected override readonly system: SyncSystem,
    options: JudgeOptions,
  ) {
    super(system, options);
  }

  /** Runs a trace and judges every step. Every command must apply (`Ledger.obstacle`). */
  run(trace: Trace): Verdict {
    const verdict = this.runOnce(trace);
    if (!this.mustLocate(verdict)) return verdict;
    this.setLocating(true);
    try {
      const located = this.runOnce(trace);
      // A failure that does not recur is still a failure.
      return located.failure === undefined ? verdict : located;
    } finally {
      this.setLocating(false);
    }
  }

  private runOnce(trace: Trace): Verdict {
    this.start(trace.shape, trace.commands.length - 1);
    return this.verdict(trace, this.system.run(trace, this.observe));
  }
}

/** Judges traces on a system that answers later, one trace at a time: await each `run` before you call the next. */
export class AsyncJudge extends Judge {
  constructor(
    protected override readonly system: AsyncSystem,
    options: JudgeOptions,
  ) {
    super(system, options);
  }

  /** Runs a trace and judges every step. Every command must apply (`Ledger.obstacle`). */
  async run(trace: Trace): Promise<Verdict> {
    const verdict = await this.runOnce(trace);
    if (!this.mustLocate(verdict)) return verdict;
    this.setLocating(true);
    try {
      const located = await this.runOnce(trace);
      return located.failure === undefined ? verdict : located;
    } finally {
      this.setLocating(false);
    }
  }

  private async runOnce(trace: Trace): Promise<Verdict> {
    this.start(trace.shape, trace.commands.length - 1);
    return this.verdict(trace, await this.system.run(trace, this.observe));
  }
}

/** Returns the judge for a system of either kind. */
export function judgeOf(system: SyncSystem, options: JudgeOptions): SyncJudge;
export function judgeOf(system: AsyncSystem, options: JudgeOptions): AsyncJudge;
export function judgeOf(system: System, options: JudgeOptions): SyncJudge | AsyncJudge;
export function judgeOf(system: System, options: JudgeOptions): SyncJudge | AsyncJudge {
  return system.isAsync ? new AsyncJudge(system, options) : new SyncJudge(system, options);
}

const ALL_CLASSES = Uint8Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);
