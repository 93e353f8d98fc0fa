/**
 * The judge: follows one trace after the other through a system, keeps the ledgers beside it and evaluates the
 * checks after every step.
 *
 * The rescan and all that is compared with it are complete at every step. What cannot have moved without the
 * step's own moves (other spans' bitmaps and links, rows of classes that no command named) is audited
 * in full at every collection, every `AUDIT_STRIDE_STEPS` and at the end; if an audit finds what no step
 * showed, the trace is run again with an audit after every step, so that the step which corrupted is named.
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

/** Steps from one audit to the next, where no flush comes between. */
const AUDIT_STRIDE_STEPS = 64;

/** How one trace ended. */
export interface Verdict {
  readonly failure: Failure | undefined;
  /** Commands that were applied and checked. */
  readonly steps: number;
}

export interface JudgeOptions {
  readonly checks: readonly Check[];
  /** Where to count what the traces reach. */
  readonly coverage?: Coverage | undefined;
  /** Audit after every step. */
  readonly isThorough?: boolean | undefined;
}

/** Judges a trace that somebody else runs, step by step. */
export class Judge {
  private readonly checks: readonly Check[];
  private readonly coverage: Coverage | undefined;
  protected readonly isThorough: boolean;
  /** Whether a failing trace is run again to find the step that corrupts: then every step is audited, and no coverage is counted twice. */
  private isLocating = false;
  /** What the commands so far add up to. */
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

  constructor(
    protected readonly system: System,
    { checks, coverage, isThorough = false }: JudgeOptions,
  ) {
    this.checks = checks.filter((check) => isVisible(check, system));
    this.coverage = coverage;
    this.isThorough = isThorough;
  }

  /** Starts a trace that somebody else runs, step by step, and whose end is not known yet. */
  begin(shape: Shape): void {
    this.start(shape, -1);
  }

  /** Judges one more step of it; answers with the failure if a check does not hold. */
  step(command: Command, observation: Observation): Failure | undefined {
    this.observe(this.steps, command, observation);
    return this.failure;
  }

  /** Audits the state after the last step. */
  end(): Failure | undefined {
    const { context } = this;
    if (context === undefined || this.failure !== undefined) return this.failure;
    this.structure.look(context.observation.heap, context.observation.events, true);
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
    this.structure.start();
    clearMemStats(this.baseline);
    clearMemStats(this.before);
    clearMemStats(this.lastRead);
    this.context = undefined;
    this.lastStep = lastStep;
    this.failure = undefined;
    this.steps = 0;
  }

  /** The verdict on a trace that is over. */
  protected verdict(trace: Trace, death: Death | undefined): Verdict {
    if (this.failure === undefined && death !== undefined) {
      this.failure = deathFailure(death, trace.commands[death.step].op);
    }
    return { failure: this.failure, steps: this.steps };
  }

  /** Whether the trace must run again, with an audit after every step, to find the step that corrupts. */
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
      if (observation.events !== undefined) this.spans.find(observation.events);
      return true;
    }
    const { ledger, spans } = this;
    const { op } = command;
    ledger.apply(command);
    if (observation.events !== undefined) spans.follow(command, ledger, observation.events);
    const isAudit = this.isAudit(step, op);
    this.structure.look(observation.heap, observation.events, isAudit);
    const context = (this.context ??= this.newContext(command, observation));
    context.command = command;
    context.op = op;
    context.observation = observation;
    const isNarrow = observation.heap !== undefined && !isAudit;
    context.classes = isNarrow ? ledger.classes : ALL_CLASSES;
    context.classesLength = isNarrow ? ledger.classesLength : ALL_CLASSES.length;
    // Here and not at the start: a trace may be sent ahead while the one before it is still observed.
    const coverage = this.isLocating ? undefined : this.coverage;
    if (this.steps === 0) coverage?.startTrace();
    this.steps++;
    const holds = this.holds(step, context);
    coverage?.note(context);
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

  private newContext(command: Command, observation: Observation): CheckContext {
    const { ledger, spans, structure, baseline, before, lastRead } = this;
    const { collection } = this.system;
    const classes = ALL_CLASSES;
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

  /** Runs a trace and judges every step. Every command must apply; see `Ledger.obstacle`. */
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

/** Judges traces on a system that answers later. One trace at a time: the next `run` waits for the promise of the last. */
export class AsyncJudge extends Judge {
  constructor(
    protected override readonly system: AsyncSystem,
    options: JudgeOptions,
  ) {
    super(system, options);
  }

  /** Runs a trace and judges every step. Every command must apply; see `Ledger.obstacle`. */
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

/** The judge for a system, whichever kind it is. */
export function judgeOf(system: SyncSystem, options: JudgeOptions): SyncJudge;
export function judgeOf(system: AsyncSystem, options: JudgeOptions): AsyncJudge;
export function judgeOf(system: System, options: JudgeOptions): SyncJudge | AsyncJudge;
export function judgeOf(system: System, options: JudgeOptions): SyncJudge | AsyncJudge {
  return system.isAsync ? new AsyncJudge(system, options) : new SyncJudge(system, options);
}

const ALL_CLASSES = Uint8Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);
