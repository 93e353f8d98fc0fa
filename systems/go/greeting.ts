/** The first thing that a driver says: which runtime it is, and the size classes of that runtime. */
import { class_to_size } from '../../model/sizeclasses';

export interface SizeClass {
  /** Bytes of one object. */
  readonly sizeBytes: number;
  /** Pages of one span. */
  readonly pages: number;
}

export interface Greeting {
  /** `runtime.Version()` of the driver. */
  readonly version: string;
  /** Its GOARCH. */
  readonly arch: string;
  /** By size class of the runtime; class 0 stands for the large objects. */
  readonly classes: readonly SizeClass[];
  /** The number of these that `MemStats.BySize` publishes. */
  readonly published: number;
  /** The metrics of runtime/metrics that are compared, in the order of the alphabet; none before Go 1.16. */
  readonly metrics: readonly string[];
}

/** Reads a greeting from the numbers of an answer. */
export function greetingOf(numbers: readonly number[]): Greeting {
  const rest = numbers.values();
  const next = (): number => rest.next().value ?? 0;
  const text = (): string => String.fromCharCode(...Array.from({ length: next() }, next));
  const version = text();
  const arch = text();
  const classes = Array.from({ length: next() }, () => ({ sizeBytes: next(), pages: next() }));
  const published = next();
  const metrics = Array.from({ length: next() }, text);
  return { version, arch, classes, published, metrics };
}

/** Returns by size class of the runtime the model's class of that size, or 0 if the model has none, as of 24 bytes. */
export function modelClasses({ classes }: Greeting): readonly number[] {
  return classes.map(({ sizeBytes }) => Math.max(0, class_to_size.indexOf(sizeBytes)));
}

/** Returns the model's classes that `BySize` publishes. */
export function publishedRows(greeting: Greeting): readonly number[] {
  return modelClasses(greeting)
    .slice(0, greeting.published)
    .filter((sizeclass) => sizeclass !== 0);
}
