/** The cost of reading the statistics, in a release of Go or in the model. */
export interface ReadCost {
  /** `go1.8.7`, `model, read`, or `model, rescan`: what a read did before the counters. */
  readonly what: string;
  /** Time of the shortest read, by MiB of heap. */
  readonly readMicroseconds: Readonly<Record<number, number>>;
  /** The reason why there are no figures. */
  readonly note?: string;
}
