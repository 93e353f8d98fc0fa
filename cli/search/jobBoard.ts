/** Memory that the jobs of one search share with the thread that started them: progress one way, the end the other. */
import { at } from '../../properties/at';

/** Index of the word that says from which job on all end. It takes the room of one count. */
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

  /** Returns a new board, on which all jobs go on. */
  static of(jobs: number): JobBoard {
    const board = new JobBoard(jobs, new SharedArrayBuffer((FIRST_COUNT + 2 * jobs) * Float64Array.BYTES_PER_ELEMENT));
    Atomics.store(board.words, END, jobs);
    return board;
  }

  /** Returns the board that another thread made. */
  static at(memory: SharedArrayBuffer): JobBoard {
    return new JobBoard((memory.byteLength / Float64Array.BYTES_PER_ELEMENT - FIRST_COUNT) / 2, memory);
  }

  /** Ends this job and all after it, for good. Only the thread that made the board calls it. */
  endFrom(job: number): void {
    if (!this.isOver(job)) Atomics.store(this.words, END, job);
  }

  isOver(job: number): boolean {
    return job >= Atomics.load(this.words, END);
  }

  /** Notes how far a job is. Another thread may read a number that is half written; progress can bear that. */
  note(job: number, steps: number, traces: number): void {
    this.counts[FIRST_COUNT + 2 * job] = steps;
    this.counts[FIRST_COUNT + 2 * job + 1] = traces;
  }

  /** Returns how far the jobs are together. */
  sum(): { readonly steps: number; readonly traces: number } {
    let steps = 0;
    let traces = 0;
    for (let job = 0; job < this.jobs; job++) {
      steps += at(this.counts, FIRST_COUNT + 2 * job);
      traces += at(this.counts, FIRST_COUNT + 2 * job + 1);
    }
    return { steps, traces };
  }
}
