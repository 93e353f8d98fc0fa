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
import { isVisible, type Check } from './checks';
import type { Command, Op } from './command';
import { checkFailure, deathFailure, type Failure, type Finding } from './failure';
import { Ledger } from './ledger';
import type { Reach } from './reach';
import { SpanLedger } from './spanLedger';
import { StructureWatch } from './structureWatch';
import type { Death, Observation, System } from './system';
import type { Shape, Trace } from './trace';
import type { View } from './view';

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
  readonly reach?: Reach | undefined;
  /** Audit after every step. */
  readonly isThorough?: boolean | undefined;
}

export class Judge {
  private readonly checks: readonly Check[];
  private readonly reach: Reach | undefined;
  private isThorough: boolean;
  /** What the commands so far add up to. */
  readonly ledger = new Ledger();
  private readonly spans = new SpanLedger();
  private readonly structure = new StructureWatch();
  private readonly baseline = newMemStats();
  private readonly before = newMemStats();
  private readonly lastRead = newMemStats();
  private view: View | undefined;
  private lastStep = 0;
  private failure: Failure | undefined;
  private steps = 0;

  constructor(
    private readonly system: System,
    { checks, reach, isThorough = false }: JudgeOptions,
  ) {
    this.checks = checks.filter((check) => isVisible(check, system));
    this.reach = reach;
    this.isThorough = isThorough;
  }

  /** Runs a trace and judges every step. Commands must apply; see `Ledger.obstacle`. */
  run(trace: Trace): Verdict | Promise<Verdict> {
    this.start(trace.shape, trace.commands.length - 1);
    const death = this.system.run(trace, this.observe);
    return death instanceof Promise ? death.then((end) => this.verdict(trace, end)) : this.verdict(trace, death);
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
    const { view } = this;
    if (view === undefined || this.failure !== undefined) return this.failure;
    this.structure.look(view.observation.heap, view.observation.moves, true);
    view.classes = ALL_CLASSES;
    view.classesLength = ALL_CLASSES.length;
    this.holds(this.steps - 1, view);
    return this.failure;
  }

  private start(shape: Shape, lastStep: number): void {
    const { collection, observationFlushes } = this.system;
    this.ledger.keepsTinyBlocks = collection === 'lazy';
    this.ledger.reset(shape.procs, observationFlushes || shape.readsEachStep === true);
    this.spans.reset();
    this.structure.start();
    clearMemStats(this.baseline);
    clearMemStats(this.before);
    clearMemStats(this.lastRead);
    this.view = undefined;
    this.lastStep = lastStep;
    this.failure = undefined;
    this.steps = 0;
  }

  private verdict(trace: Trace, death: Death | undefined): Verdict | Promise<Verdict> {
    if (this.failure === undefined && death !== undefined) {
      this.failure = deathFailure(death, trace.commands[death.step].op);
    }
    const verdict = { failure: this.failure, steps: this.steps };
    if (this.failure === undefined || this.isThorough || !this.system.shows.has('heap')) return verdict;
    this.isThorough = true;
    const thorough = this.run(trace);
    this.isThorough = false;
    // A failure that does not repeat is still one.
    const orThis = (again: Verdict): Verdict => (again.failure === undefined ? verdict : again);
    return thorough instanceof Promise ? thorough.then(orThis) : orThis(thorough);
  }

  private readonly observe = (step: number, command: Command, observation: Observation): boolean => {
    if (step < 0) {
      copyMemStats(observation.published, this.baseline);
      copyMemStats(observation.published, this.before);
      copyMemStats(observation.published, this.lastRead);
      if (observation.moves !== undefined) this.spans.find(observation.moves);
      return true;
    }
    const { ledger, spans } = this;
    const { op } = command;
    ledger.apply(command);
    if (observation.moves !== undefined) spans.follow(command, ledger, observation.moves);
    const isAudit = this.isAudit(step, op);
    this.structure.look(observation.heap, observation.moves, isAudit);
    const view = (this.view ??= this.newView(command, observation));
    view.command = command;
    view.op = op;
    view.observation = observation;
    const isNarrow = observation.heap !== undefined && !isAudit;
    view.classes = isNarrow ? ledger.classes : ALL_CLASSES;
    view.classesLength = isNarrow ? ledger.classesLength : ALL_CLASSES.length;
    // Here and not at the start: a trace may be sent ahead while the one before it is still observed.
    if (this.steps === 0) this.reach?.startTrace();
    this.steps++;
    const holds = this.holds(step, view);
    this.reach?.note(view);
    const { totals } = observation.published;
    const before = this.before.totals;
    before[MALLOCS] = totals[MALLOCS];
    before[FREES] = totals[FREES];
    before[TOTAL_ALLOC] = totals[TOTAL_ALLOC];
    if (op === 'readMemStats' && observation.read !== undefined) copyMemStats(observation.read, this.lastRead);
    return holds;
  };

  private isAudit(step: number, op: Op): boolean {
    if (this.isThorough || step === this.lastStep || step % AUDIT_STRIDE_STEPS === AUDIT_STRIDE_STEPS - 1) return true;
    return op === 'gcStart';
  }

  private holds(step: number, view: View): boolean {
    const { checks } = this;
    let findings: Finding[] | undefined;
    for (let i = 0; i < checks.length; i++) {
      const found = checks[i].drifts(view);
      if (found.length > 0) (findings ??= []).push({ check: checks[i].name, drifts: found });
    }
    if (findings === undefined) return true;
    this.failure = checkFailure(step, view.op, findings, view.observation.moves);
    return false;
  }

  private newView(command: Command, observation: Observation): View {
    const { ledger, spans, structure, baseline, before, lastRead } = this;
    const { collection } = this.system;
    const classes = ALL_CLASSES;
    return { command, op: command.op, observation, ledger, spans, structure, baseline, before, lastRead, collection, classes, classesLength: classes.length };
  }
}

const ALL_CLASSES = Uint8Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);
