/** The cost of reading the statistics, in a release of Go or in the model. */
export interface ReadCost {
  /** `go1.8.7`, or `model`; with its rescan, which is what a read did before the counters. */
  readonly what: string;
  /** The shortest of some reads, by MiB of heap. */
  readonly readMicroseconds: Readonly<Record<number, number>>;
  /** The reason, if there is no figure. */
  readonly note?: string;
}
