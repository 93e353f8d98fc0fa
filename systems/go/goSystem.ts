/**
 * The real runtime of a Go toolchain as a system. A driver (`driver/`) is built into the runtime, and one process performs
 * trace after trace.
 *
 * Two ways of looking. Normally a step is observed without a flush: the driver forms what ReadMemStats would publish from
 * the counters as they are, and scans all spans beside it. In a trace with `Shape.readsEachStep` the runtime's own
 * ReadMemStatsSlow does both, which flushes every P; one trace in four is drawn so. A readMemStats command is the runtime's
 * ReadMemStats with a second read, by ReadMemStatsSlow, right after it; each trace ends with the same.
 *
 * Collections are lazy. The background sweeper sleeps and proportional sweeping is off, so spans are swept by command, when
 * a refill needs one, and by the next collection.
 *
 * Runs repeat. One M runs everything and moves to the P that a command names. Only `StackInuse` may move by itself, when a
 * goroutine of the runtime needs stack.
 *
 * More is said where it is done: events in `driver/events.go.txt`, caching one class in `driver/perform.go.txt`, Go 1.9
 * beside the model in `prediction.ts` and `driver/determinism1.9.go.txt`, freegc in `experiments.ts`, size classes in
 * `greeting.ts`.
 */
import { allocator, type Allocator } from '../../model/allocator';
import { COMMON_OPS, hasPointers, type Op } from '../../properties/trace/command';
import type { AsyncSystem, Death, Limit, Observe, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { END, INCOMPLETE, type Answers } from './answers';
import { buildDriver } from './build';
import { requestOf } from './commands';
import { Conversation } from './conversation';
import { MODELLED_MINOR } from './driverSource';
import { hasFreegc } from './experiments';
import { publishedRows } from './greeting';
import { limitsOf } from './limits';
import { deathOf, hangOf } from './parseCrash';
import { Prediction } from './prediction';
import { knownBugsOf, type KnownBug } from './releases';
import type { PlacedEdit } from './source';
import { findGo, requireRelease, type Toolchain } from './toolchain';

export { findGo, type Toolchain } from './toolchain';

export interface GoOptions {
  /** `local`, the `go` on the PATH, or a release: `go1.9.7`. */
  readonly toolchain?: string | undefined;
  /** A GOROOT with a built toolchain, instead. */
  readonly goroot?: string | undefined;
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  /** A planted fault: edits to files of src/runtime. */
  readonly edits?: readonly PlacedEdit[] | undefined;
  /** The folder where built drivers are kept; see `cache.ts` for the default. */
  readonly cacheDir?: string | undefined;
  /** A step that takes longer hangs; 10 seconds by default. */
  readonly stepTimeoutMs?: number | undefined;
  /** Told what takes long: a toolchain that is fetched, a driver that is built. */
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Told what the user should know, such as another cache folder; `onProgress` if not given. */
  readonly onNotice?: ((text: string) => void) | undefined;
  /** The reference model that runs beside Go 1.9; tests plant faults into it. */
  readonly model?: Allocator | undefined;
}

/** A trace may be sent before the one before it has ended: it is then at hand when the driver gets to it. */
export interface GoSystem extends AsyncSystem {
  readonly toolchain: Toolchain;
  /** The published rows of `BySize`, by class of the model; empty until a driver has started. */
  readonly bySizeRows: readonly number[];
  /** The first drift, in words, that was there before the first command of a trace. Traces show only what they add to it. */
  readonly driftAtStart: string | undefined;
  /** Real bugs that this release is known for. */
  readonly knownBugs: readonly KnownBug[];
  /** The limits of this system: what it cannot show or do, and why. */
  readonly limits: readonly Limit[];
  /** Returns the nanoseconds that the driver takes to run the trace `times` times from memory, with nothing on the wire. */
  bare(trace: Trace, times: number): Promise<number>;
  /** Returns the nanoseconds of the shortest of `times` reads, and of as many rescans, on a heap of 1 KiB objects. */
  timeReads(heapMib: number, times: number): Promise<{ readonly readNs: number; readonly rescanNs: number }>;
  close(): Promise<void>;
}

/** Builds the driver into the toolchain's runtime, or takes it from the cache; throws an `EnvironmentError` if it cannot. */
export async function goSystem(options: GoOptions = {}): Promise<GoSystem> {
  const toolchain = await findGo(options);
  const binary = await buildDriver(toolchain, options);
  const { stepTimeoutMs = STEP_TIMEOUT_MS, model = allocator, edits = [], replace } = options;
  const driver = new Conversation({
    binary,
    stepTimeoutMs,
    isChanged: edits.length > 0 || (replace?.size ?? 0) > 0,
    check: ({ version }) => requireRelease(toolchain.version, version, 'the driver that was built'),
  });
  await driver.greet();
  return new DrivenRuntime(toolchain, driver, stepTimeoutMs, model);
}

const STEP_TIMEOUT_MS = 10_000;

/** `spancheckMaxProcs` of the driver. */
const MAX_PROCS = 128;

/** On the release that the model runs beside, the percentage of traces that the model can run too. */
const PREDICTED_PERCENT = 75;

class DrivenRuntime implements GoSystem {
  readonly isAsync = true;
  readonly name = 'go';
  readonly ops: ReadonlySet<Op>;
  readonly shows: System['shows'];
  readonly collection = 'lazy';
  readonly observationFlushes = false;
  readonly canReadEachStep = true;
  readonly hasSpanClasses = true;
  readonly plainPercent?: number;
  readonly maxProcs = MAX_PROCS;
  readonly runsAhead = true;
  readonly knownBugs: readonly KnownBug[];
  driftAtStart: string | undefined;

  private readonly prediction: Prediction | undefined;

  constructor(
    readonly toolchain: Toolchain,
    private readonly driver: Conversation,
    private readonly stepTimeoutMs: number,
    model: Allocator,
  ) {
    this.ops = hasFreegc(toolchain) ? new Set([...COMMON_OPS, 'freegc']) : COMMON_OPS;
    this.knownBugs = knownBugsOf(toolchain.version);
    const isModelled = toolchain.minor === MODELLED_MINOR;
    this.prediction = isModelled ? new Prediction(model) : undefined;
    if (isModelled) this.plainPercent = PREDICTED_PERCENT;
    this.shows = new Set(['rescan', 'events', 'read', 'twins', ...(isModelled ? (['predicted'] as const) : [])]);
  }

  get bySizeRows(): readonly number[] {
    const { greeting } = this.driver;
    return greeting === undefined ? [] : publishedRows(greeting);
  }

  get limits(): readonly Limit[] {
    return limitsOf(this.toolchain, this.ops, this.driver.greeting);
  }

  async run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    const { commands } = trace;
    const prediction = commands.some(hasPointers) ? undefined : this.prediction;
    // The snapshot comes after the answer that shows the state before the first command.
    let needsSnapshot = prediction !== undefined;
    // Step -1 is the state before the first command.
    let step = -1;
    const next = (answers: Answers): ReturnType<Answers['next']> => answers.next(commands[step]?.op === 'readMemStats');
    const end = await this.driver.ask(requestOf(trace, needsSnapshot).lines, (answers) => {
      for (;;) {
        if (step === 0 && needsSnapshot) {
          const snapshot = answers.heapSnapshot();
          if (snapshot === undefined) return 'more';
          prediction?.start(trace.shape, snapshot, answers.observation.published);
          needsSnapshot = false;
        }
        const kind = next(answers);
        if (kind === INCOMPLETE) return 'more';
        if (kind === END) return 'done';
        const command = commands[Math.max(step, 0)] ?? NO_COMMAND;
        if (step < 0) {
          const drift = answers.begin();
          this.driftAtStart ??= drift;
        } else {
          prediction?.step(command);
        }
        const observation =
          prediction === undefined ? answers.observation : { ...answers.observation, predicted: prediction };
        if (!observe(step, command, observation)) return 'spoilt';
        step++;
      }
    });
    if (end === undefined) return undefined;
    const at = Math.min(Math.max(step, 0), Math.max(commands.length - 1, 0));
    return end === 'hang' ? hangOf(at, this.stepTimeoutMs) : deathOf(at, end.stderr, end.signal);
  }

  get isFresh(): boolean {
    return this.driver.isFresh;
  }

  refresh(): void {
    this.driver.restart();
  }

  async bare(trace: Trace, times: number): Promise<number> {
    const [durationNs = NaN] = await this.ask(`b ${times}\n${requestOf(trace).lines}`);
    return durationNs;
  }

  async timeReads(heapMib: number, times: number): Promise<{ readNs: number; rescanNs: number }> {
    const [readNs = NaN, rescanNs = NaN] = await this.ask(`h ${heapMib} ${times}\n`);
    return { readNs, rescanNs };
  }

  async close(): Promise<void> {
    await this.driver.close();
  }

  /** Sends lines that are answered by numbers. */
  private async ask(lines: string): Promise<readonly number[]> {
    let numbers: readonly number[] | undefined;
    const end = await this.driver.ask(lines, (answers) =>
      (numbers = answers.numbers()) === undefined ? 'more' : 'done',
    );
    if (numbers !== undefined) return numbers;
    throw new Error(end === 'hang' ? 'the driver hangs' : `the driver ended: ${end?.stderr ?? ''}`);
  }
}

/** Shown with the state before the first command of an empty trace. */
const NO_COMMAND = { op: 'readMemStats' } as const;
