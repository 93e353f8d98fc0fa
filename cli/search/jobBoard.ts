/** What the jobs of one search tell the thread that started them, and it them, in memory that all share. */

/** The word: jobs from this number on end. It takes the room of one count. */
const END = 0;
const FIRST_COUNT = 1;

export class JobBoard {
  private readonly words: Int32Array;
  private readonly counts: Float64Array;

  private constructor(
    private readonly jobs: number,
    readonly memory: SharedArrayBuffer,
  ) {
    this.words = new Int32Array(memory);
    this.counts = new Float64Array(memory);
  }

  /** A new one, on which all jobs go on. */
  static of(jobs: number): JobBoard {
    const board = new JobBoard(jobs, new SharedArrayBuffer((FIRST_COUNT + 2 * jobs) * Float64Array.BYTES_PER_ELEMENT));
    Atomics.store(board.words, END, jobs);
    return board;
  }

  /** One that another thread has made. */
  static at(memory: SharedArrayBuffer): JobBoard {
    return new JobBoard((memory.byteLength / Float64Array.BYTES_PER_ELEMENT - FIRST_COUNT) / 2, memory);
  }

  /** Jobs from this one on end, and none that ends goes on again. Only the thread that made the board calls it. */
  endFrom(job: number): void {
    if (!this.isOver(job)) Atomics.store(this.words, END, job);
  }

  isOver(job: number): boolean {
    return job >= Atomics.load(this.words, END);
  }

  /** How far a job is. A number that another thread is writing may be read half; it is for people. */
  note(job: number, steps: number, traces: number): void {
    this.counts[FIRST_COUNT + 2 * job] = steps;
    this.counts[FIRST_COUNT + 2 * job + 1] = traces;
  }

  /** How far they are together. */
  sum(): { readonly steps: number; readonly traces: number } {
    let steps = 0;
    let traces = 0;
    for (let job = 0; job < this.jobs; job++) {
      steps += this.counts[FIRST_COUNT + 2 * job];
      traces += this.counts[FIRST_COUNT + 2 * job + 1];
    }
    return { steps, traces };
  }
}
