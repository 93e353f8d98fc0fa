/**
 * The traces as a fast-check arbitrary: `fc.assert`, `fc.sample`, `fc.statistics`, seeds, `examples`, verbosity and time
 * limits work as they do with any other arbitrary. It shrinks a value without knowing how it was drawn, so a trace from a
 * file shrinks as well as a fresh one.
 */
import * as fc from 'fast-check';
import { Prng } from './prng';
import { TraceGenerator } from './generator';
import type { Trace } from '../trace/trace';
import type { DrawOptions } from './drawOptions';
import { drawProbabilities } from './drawProbabilities';

/** The `biasFactor` that fast-check passes to the first nine runs, which it biases most: `2 + floor(log10(run))`. */
const FIRST_BIAS_FACTOR = 2;

/** Yields traces smaller than `trace`, the most promising first; every command of each applies. */
export type ShrinkCandidates = (trace: Trace) => Iterable<Trace>;

/** A fast-check arbitrary of traces that a system can perform. */
export class TraceArbitrary extends fc.Arbitrary<Trace> {
  private readonly generator: TraceGenerator;
  private readonly prng = new Prng();

  constructor(
    private readonly options: DrawOptions,
    private readonly shrinkCandidates: ShrinkCandidates,
  ) {
    super();
    this.generator = new TraceGenerator(options);
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): fc.Value<Trace> {
    const { maxCommands } = this.options;
    this.prng.seed(mrng.nextInt(), mrng.nextInt(), mrng.nextInt());
    // Like fast-check's own arbitraries, bias one run in biasFactor: here towards short traces.
    const isShort = biasFactor !== undefined && this.prng.below(biasFactor) === 0;
    const longest = isShort ? Math.min(drawProbabilities.shortTraceCommands, maxCommands) : maxCommands;
    const length = 1 + this.prng.below(longest);
    return new fc.Value(this.generator.draw(this.prng, length, biasFactor === FIRST_BIAS_FACTOR), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Trace {
    return (
      typeof value === 'object' &&
      value !== null &&
      'shape' in value &&
      'commands' in value &&
      Array.isArray(value.commands)
    );
  }

  override shrink(value: Trace): fc.Stream<fc.Value<Trace>> {
    return fc.stream(this.values(value));
  }

  private *values(value: Trace): IterableIterator<fc.Value<Trace>> {
    for (const trace of this.shrinkCandidates(value)) yield new fc.Value(trace, undefined);
  }
}
