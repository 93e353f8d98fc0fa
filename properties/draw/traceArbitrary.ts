/**
 * Traces as a fast-check arbitrary: `fc.assert`, `fc.sample`, `fc.statistics`, seeds, `examples`, verbosity and time
 * limits work as they do with any other.
 *
 * It shrinks a value without knowing how it was drawn, so a trace from a file shrinks as well as a fresh one.
 */
import * as fc from 'fast-check';
import { Prng } from './prng';
import { TraceGenerator } from './generator';
import type { Trace } from '../trace/trace';
import type { DrawOptions } from './drawOptions';

/** What fast-check passes as `biasFactor` to the first nine runs: `2 + floor(log10(run))`, so that they are biased most. */
const FIRST_BIAS_FACTOR = 2;

/** Traces smaller than this one, the most promising first; each applies throughout. */
export type ShrinkCandidates = (trace: Trace) => Iterable<Trace>;

export class TraceArbitrary extends fc.Arbitrary<Trace> {
  private readonly traceDraw: TraceGenerator;
  private readonly prng = new Prng();

  constructor(
    private readonly options: DrawOptions,
    private readonly smaller: ShrinkCandidates,
  ) {
    super();
    this.traceDraw = new TraceGenerator(options);
  }

  override generate(mrng: fc.Random, biasFactor: number | undefined): fc.Value<Trace> {
    const { maxCommands } = this.options;
    this.prng.seed(mrng.nextInt(), mrng.nextInt(), mrng.nextInt());
    // As fast-check's own arbitraries do: one run in biasFactor goes to the edge, here to short traces.
    const isShort = biasFactor !== undefined && this.prng.below(biasFactor) === 0;
    const length = isShort ? 1 + this.prng.below(Math.min(24, maxCommands)) : 1 + this.prng.below(maxCommands);
    return new fc.Value(this.traceDraw.draw(this.prng, length, biasFactor === FIRST_BIAS_FACTOR), undefined);
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
    for (const trace of this.smaller(value)) yield new fc.Value(trace, undefined);
  }
}
