/**
 * The second system: the real runtime of a Go toolchain. A driver is built into it (`go/driver`), and one process
 * performs trace after trace.
 *
 * A step is observed without a flush: what a read would publish is formed from the counters alone, as they are, and
 * beside it all spans are scanned. Where the trace says so (`Shape.readsEachStep`), each step is observed by
 * the runtime's own `ReadMemStatsSlow` instead, which flushes all Ps; `run` draws one trace in four so. A
 * readMemStats command is the runtime's ReadMemStats, and a second read, by ReadMemStatsSlow, right after it;
 * each trace ends with the same.
 *
 * The sweep that a collection begins is left open: the background sweeper sleeps for ever, and nobody sweeps in
 * proportion to what he allocates. What moved (`Observation.moves`) the driver finds by looking at the spans, the
 * caches and the addresses that it was given. The runtime gives back all cached spans of a P or none: for uncacheSpan
 * and cacheSpan its `releaseAll` is called while the P's other cached spans are set aside.
 *
 * Classes are Go 1.9's: an object of class c has `class_to_size[c]` bytes, and `BySize` rows are matched by size. Since Go
 * 1.16 the runtime has a class of 24 bytes that the model has not, so that its 61 rows end at the model's row 59. The
 * rows that `BySize` does not publish the driver forms itself, from the counters and by rescan; `bySizeRows` tells which
 * rows there are.
 *
 * Beside Go 1.9 the reference model runs the same traces, from the heap that the driver tells at the start of each
 * (`go/prediction.ts`), and must publish the same. The model, as the commit that it is of, has no spans of their own for
 * objects with pointers: where a trace has such objects, it does not run. Two things of that release are taken out of its way, since a model
 * cannot know them: in the treap of long free runs chance decides which one is found, and the driver has it find the
 * shortest; the collector's work buffers lie in the heap, and the driver provides others.
 *
 * Since Go 1.26 the driver is built with `GOEXPERIMENT=runtimefreegc`, and freegc is a command: without the experiment the
 * function returns at once. It takes objects of 16 to 32,760 bytes without pointers, of any span, into a list of the P, and
 * says no to others; with pointers it throws (1.26) or does nothing (1.27). `GOEXPERIMENT=noruntimefreegc` in the
 * environment has the driver built without. As in the runtime, where a refill comes only when the list of its class is
 * empty, cacheSpan empties it first.
 *
 * One M runs all there is, so that a trace does the same each time; it moves to the P that a command names.
 * `StackInuse` also moves when a goroutine of the runtime itself needs stack.
 */
import { allocator, type Allocator } from '../../model/allocator';
import { COMMON_OPS, hasPointers, type Op } from '../../properties/trace/command';
import type { AsyncSystem, Death, Observe, System } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { END, INCOMPLETE, type Answers } from './answers';
import { buildDriver } from './build';
import { requestOf } from './commands';
import { Conversation } from './conversation';
import { MODELLED_MINOR } from './driverSource';
import { hasFreegc } from './experiments';
import { deathOf, hangOf } from './parseCrash';
import { Prediction } from './prediction';
import type { PlacedEdit } from './source';
import { findGo, type Toolchain } from './toolchain';

export { findGo, type Toolchain } from './toolchain';

export interface GoOptions {
  /** `local`, the `go` on the path, or a release: `go1.9.7`. */
  readonly toolchain?: string | undefined;
  /** A GOROOT with a built toolchain, instead. */
  readonly goroot?: string | undefined;
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  /** A planted fault: edits to files of src/runtime. */
  readonly edits?: readonly PlacedEdit[] | undefined;
  /** Where built drivers are kept; `spancheck` in the user's cache folder if not said. */
  readonly cacheDir?: string | undefined;
  /** A step without an answer for so long is a hang. */
  readonly stepTimeoutMs?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** The reference model that runs beside Go 1.9; another than the clean one to see that a fault of its own is found. */
  readonly model?: Allocator | undefined;
}

/** A trace may be run before the last one has ended: it waits at the driver, which so never waits for it. */
export interface GoSystem extends AsyncSystem {
  readonly toolchain: Toolchain;
  /** The rows of `BySize`, by class of the model, that are shown; known after the first run. */
  readonly bySizeRows: readonly number[];
  /**
   * What was off before the first command of some trace, in words. Traces only show what their own commands add to that.
   */
  readonly startsOff: string | undefined;
  /** Nanoseconds that the driver takes to run the trace so many times from memory, with nothing on the wire. */
  bare(trace: Trace, times: number): Promise<number>;
  /** Nanoseconds of the shortest of so many reads, and of as many rescans, on a heap of 1 KiB objects. */
  timeReads(heapMib: number, times: number): Promise<{ readonly readNs: number; readonly rescanNs: number }>;
  close(): Promise<void>;
}

/** Builds the driver into the toolchain's runtime, or finds it built; `EnvironmentError` if it cannot be. */
export async function goSystem(options: GoOptions = {}): Promise<GoSystem> {
  const toolchain = await findGo(options);
  const binary = await buildDriver(toolchain, options);
  return new DrivenRuntime(toolchain, binary, options.stepTimeoutMs ?? STEP_TIMEOUT_MS, options.model ?? allocator);
}

const STEP_TIMEOUT_MS = 10_000;

/** `spancheckMaxProcs` of the driver. */
const MAX_PROCS = 128;

/** Of the traces on the release that the model is held to, those that it can run as well. */
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
  startsOff: string | undefined;

  private readonly driver: Conversation;
  private readonly prediction: Prediction | undefined;

  constructor(
    readonly toolchain: Toolchain,
    binary: string,
    private readonly stepTimeoutMs: number,
    model: Allocator,
  ) {
    this.driver = new Conversation(binary, stepTimeoutMs);
    this.ops = hasFreegc(toolchain) ? new Set([...COMMON_OPS, 'freegc']) : COMMON_OPS;
    const isModelled = toolchain.minor === MODELLED_MINOR;
    this.prediction = isModelled ? new Prediction(model) : undefined;
    if (isModelled) this.plainPercent = PREDICTED_PERCENT;
    this.shows = new Set(['rescan', 'events', 'read', 'twins', ...(isModelled ? (['predicted'] as const) : [])]);
  }

  get bySizeRows(): readonly number[] {
    return this.driver.rows;
  }

  async run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    const { commands } = trace;
    const prediction = commands.some(hasPointers) ? undefined : this.prediction;
    // The heap before the first step is told behind what was published of it.
    let isTold = prediction === undefined;
    // Step -1 is the state before the first command.
    let step = -1;
    const next = (answers: Answers): ReturnType<Answers['next']> => answers.next(commands[step]?.op === 'readMemStats');
    const end = await this.driver.ask(requestOf(trace, prediction !== undefined).lines, (answers) => {
      for (;;) {
        if (step === 0 && !isTold) {
          const world = answers.parts();
          if (world === undefined) return 'more';
          prediction?.start(trace.shape, world, answers.observation.published);
          isTold = true;
        }
        const kind = next(answers);
        if (kind === INCOMPLETE) return 'more';
        if (kind === END) return 'done';
        if (step < 0) {
          const off = answers.begin();
          this.startsOff ??= off;
        } else {
          prediction?.step(commands[step]);
        }
        const observation =
          prediction === undefined ? answers.observation : { ...answers.observation, predicted: prediction };
        if (!observe(step, commands[Math.max(step, 0)], observation)) return 'spoilt';
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
    const [durationNs] = await this.ask(`b ${times}\n${requestOf(trace).lines}`);
    return durationNs;
  }

  async timeReads(heapMib: number, times: number): Promise<{ readNs: number; rescanNs: number }> {
    const [readNs, rescanNs] = await this.ask(`h ${heapMib} ${times}\n`);
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
