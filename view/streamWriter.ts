import type { Stream } from './viewData';

/** Collects the numbers of a stream, one step after the other. */
export class StreamWriter implements Stream {
  readonly data: number[] = [];
  readonly ends: number[] = [];

  /** Ends the step. */
  end(): void {
    this.ends.push(this.data.length);
  }
}
