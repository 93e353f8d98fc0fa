/** What the jobs of one search tell each other while they run, in memory that all threads share. */

/** Words: whether all end, and jobs less the first that found something, 0 if none has. */
const STOPPED = 0;
const BEST = 1;

/** Both words take the room of one count. */
const FIRST_COUNT = 1;

export class JobBoard {
  private readonly words: Int32Array;
  private readonly counts: Float64Array;

  /** @param memory of the board that another thread made; of a new one if left out. */
  constructor(
    private readonly jobs: number,
    readonly memory: SharedArrayBuffer = new SharedArrayBuffer((FIRST_COUNT + 2 * jobs) * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.words = new Int32Array(memory);
    this.counts = new Float64Array(memory);
  }

  /** All jobs end. */
  stop(): void {
    Atomics.store(this.words, STOPPED, 1);
  }

  /** The job has found a failure: those after it end, and those before it go on, so that their order decides. */
  found(job: number): void {
    const { words } = this;
    const place = this.jobs - job;
    for (let best = Atomics.load(words, BEST); best < place; best = Atomics.load(words, BEST)) {
      if (Atomics.compareExchange(words, BEST, best, place) === best) return;
    }
  }

  isOver(job: number): boolean {
    return Atomics.load(this.words, STOPPED) !== 0 || Atomics.load(this.words, BEST) > this.jobs - job;
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
