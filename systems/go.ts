/**
 * The second system: the real runtime of a Go toolchain. A driver is built into it (`go/driver`), and one process
 * performs trace after trace.
 *
 * Each observation is `ReadMemStatsSlow`, and so flushes all Ps: no cached span and no tiny block outlives a step
 * (`observationFlushes`), which leaves nothing for cacheSpan and uncacheSpan to do. A collection is whole, swept to its end.
 *
 * Classes are Go 1.9's: an object of class c has `class_to_size[c]` bytes, and `BySize` rows are matched by size. Since Go
 * 1.16 the runtime has a class of 24 bytes that the model has not, so that its 61 rows end at the model's row 59. The
 * rows that `BySize` does not publish the driver forms itself, from the counters and by rescan; `bySizeRows` tells which
 * rows there are.
 *
 * One M runs all there is, so that a trace does the same each time; it moves to the P that a command names.
 * `StackInuse` also moves when a goroutine of the runtime itself needs stack.
 */
import type { Edit } from '../faults/fault';
import type { Op } from '../properties/command';
import type { Death, Observe, System } from '../properties/system';
import type { Trace } from '../properties/trace';
import { ANSWER, Answers, END, INCOMPLETE } from './go/answers';
import { buildDriver } from './go/build';
import { classLines, requestOf } from './go/commands';
import { DriverProcess } from './go/driverProcess';
import { deathOf, hangOf } from './go/lastWords';
import { findGo, type Toolchain } from './go/toolchain';

export { findGo, type Toolchain } from './go/toolchain';

export interface GoOptions {
  /** `local`, the `go` on the path, or a release: `go1.9.7`. */
  readonly toolchain?: string | undefined;
  /** A GOROOT with a built toolchain, instead. */
  readonly goroot?: string | undefined;
  /** File of src/runtime to the path of the file that stands in for it. */
  readonly replace?: ReadonlyMap<string, string> | undefined;
  /** A planted fault: edits to files of src/runtime. */
  readonly edits?: readonly Edit[] | undefined;
  /** Where built drivers are kept; `spancheck` in the user's cache folder if not said. */
  readonly cacheDir?: string | undefined;
  /** A step without an answer for so long is a hang. */
  readonly stepTimeoutMs?: number | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

export interface GoSystem extends System {
  readonly toolchain: Toolchain;
  /** The rows of `BySize`, by class of the model, that are shown; known after the first run. */
  readonly bySizeRows: readonly number[];
  /** Nanoseconds that the driver takes to run the trace so many times from memory, with nothing on the wire. */
  bare(trace: Trace, times: number): Promise<number>;
  close(): Promise<void>;
}

/** Builds the driver into the toolchain's runtime, or finds it built; `EnvironmentError` if it cannot be. */
export async function goSystem(options: GoOptions = {}): Promise<GoSystem> {
  const toolchain = await findGo(options);
  const binary = await buildDriver(toolchain, options);
  return new DrivenRuntime(toolchain, binary, options.stepTimeoutMs ?? STEP_TIMEOUT_MS);
}

const STEP_TIMEOUT_MS = 10_000;

/** `spancheckMaxProcs` of the driver. */
const MAX_PROCS = 128;

const GO_OPS: readonly Op[] = [
  'smallAlloc',
  'tinyAlloc',
  'largeAlloc',
  'free',
  'gcStart',
  'readMemStats',
  'setProcs',
  'allocStack',
  'freeStack',
];

class DrivenRuntime implements GoSystem {
  readonly name = 'go';
  readonly ops: ReadonlySet<Op> = new Set(GO_OPS);
  readonly shows: System['shows'] = new Set(['rescan', 'twins']);
  readonly collection = 'whole';
  readonly observationFlushes = true;
  readonly maxProcs = MAX_PROCS;

  private process: DriverProcess | undefined;
  private answers = new Answers();
  private traces = 0;

  constructor(
    readonly toolchain: Toolchain,
    private readonly binary: string,
    private readonly stepTimeoutMs: number,
  ) {}

  get bySizeRows(): readonly number[] {
    return this.answers.rows;
  }

  run(trace: Trace, observe: Observe): Promise<Death | undefined> {
    const number = ++this.traces;
    const { commands } = trace;
    // Step -1 is the state before the first command.
    let step = -1;
    let isWanted = true;
    return this.exchange(requestOf(trace, number).lines, (kind) => {
      if (kind === END) return true;
      if (isWanted && !observe(step, commands[Math.max(step, 0)], this.answers.observation)) {
        isWanted = false;
        this.process?.cancel(number);
      }
      step++;
      return false;
    }).then((end) => {
      if (end === undefined || !isWanted) return undefined;
      const at = Math.min(Math.max(step, 0), Math.max(commands.length - 1, 0));
      return end === 'hang' ? hangOf(at, this.stepTimeoutMs) : deathOf(at, end.stderr, end.signal);
    });
  }

  async bare(trace: Trace, times: number): Promise<number> {
    let durationNs = 0;
    const lines = `b ${times}\n${requestOf(trace, ++this.traces).lines}`;
    // The duration is a number on its own, as the end of a trace is.
    const end = await this.exchange(lines, () => true, (ns) => void (durationNs = ns));
    if (end !== undefined) throw new Error(end === 'hang' ? 'the driver hangs' : end.stderr);
    return durationNs;
  }

  async close(): Promise<void> {
    await this.process?.close();
    this.process = undefined;
  }

  /**
   * Sends lines and hands each answer to `take`, until that has enough. Resolves to how the driver ended, if it did.
   */
  private exchange(lines: string, take: (kind: typeof ANSWER | typeof END) => boolean, takeNumber?: (n: number) => void): Promise<DriverProcess | 'hang' | undefined> {
    const isNew = this.process?.isAlive !== true;
    if (isNew) this.answers = new Answers();
    const driver = isNew ? new DriverProcess(this.binary) : (this.process as DriverProcess);
    this.process = driver;
    const { answers, stepTimeoutMs } = this;
    return new Promise((fulfil, reject) => {
      let greeted = !isNew;
      let isHung = false;
      let lastChunkTime = performance.now();
      const timer = setTimeout(watch, stepTimeoutMs);
      const forget = (): void => void (this.process = undefined);
      const finish = (): void => {
        clearTimeout(timer);
        driver.listener = undefined;
        driver.idle();
      };
      function watch(): void {
        const silentMs = performance.now() - lastChunkTime;
        if (silentMs < stepTimeoutMs) return void timer.refresh();
        // What has arrived meanwhile is read first: it may be this process that was busy.
        setImmediate(() => {
          if (performance.now() - lastChunkTime < stepTimeoutMs) return void timer.refresh();
          isHung = true;
          driver.kill();
        });
      }
      driver.listener = {
        bytes(chunk) {
          lastChunkTime = performance.now();
          answers.put(chunk);
          try {
            if (!greeted && !(greeted = answers.hello())) return;
            if (takeNumber !== undefined) {
              const n = answers.lone();
              if (n === undefined) return;
              takeNumber(n);
              finish();
              return fulfil(undefined);
            }
            for (let kind = answers.next(); kind !== INCOMPLETE; kind = answers.next()) {
              if (!take(kind)) continue;
              finish();
              return fulfil(undefined);
            }
          } catch (error) {
            // Whoever observes has failed; what is still to come would be taken for another trace's.
            finish();
            driver.kill();
            forget();
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        end() {
          finish();
          fulfil(isHung ? 'hang' : driver);
        },
      };
      driver.write(isNew ? classLines() + lines : lines);
    });
  }
}
