/** The small allocator under plain `fc.commands`. */
import * as fc from 'fast-check';
import type { Command } from '../properties/trace/command';
import type { SlabAllocator } from './slabAllocator';
import { at } from '../properties/at';

/** The steps that fast-check ends in, or nothing if it finds no failure. */
export function plainSlabFinal(make: () => SlabAllocator, seed: number): readonly string[] | undefined {
  let last: readonly string[] | undefined;
  const holds = (commands: Iterable<fc.Command<Live, SlabAllocator>>): void => {
    const model: Live = { names: [], born: 0, steps: [] };
    const real = make();
    real.reset();
    try {
      fc.modelRun(() => ({ model, real }), commands);
    } catch (error) {
      last = model.steps;
      throw error;
    }
  };
  fc.check(fc.property(fc.commands(ARBITRARIES, { maxCommands: 100, size: 'max' }), holds), { seed, numRuns: 300 });
  return last;
}

interface Live {
  readonly names: number[];
  born: number;
  readonly steps: string[];
}

class SlabCommand implements fc.Command<Live, SlabAllocator> {
  constructor(
    private readonly text: string,
    private readonly isApplicable: (model: Readonly<Live>) => boolean,
    private readonly commandOf: (model: Live) => Command,
  ) {}

  check(model: Readonly<Live>): boolean {
    return this.isApplicable(model);
  }

  run(model: Live, real: SlabAllocator): void {
    model.steps.push(this.text);
    real.apply(this.commandOf(model));
    if (JSON.stringify(real.stats()) !== JSON.stringify(real.rescan()))
      throw new Error('the counters are not what a rescan finds');
  }

  toString(): string {
    return this.text;
  }
}

const ARBITRARIES: fc.Arbitrary<SlabCommand>[] = [
  fc.tuple(fc.integer({ min: 1, max: 66 }), fc.integer({ min: 1, max: 64 })).map(
    ([sizeclass, count]) =>
      new SlabCommand(
        `smallAlloc ${sizeclass} ${count}`,
        () => true,
        (model) => ({ op: 'smallAlloc', p: 0, class: sizeclass, count, name: born(model) }),
      ),
  ),
  fc.integer({ min: 32_769, max: 200_000 }).map(
    (size) =>
      new SlabCommand(
        `largeAlloc ${size}`,
        () => true,
        (model) => ({ op: 'largeAlloc', p: 0, size, name: born(model) }),
      ),
  ),
  fc.nat(99).map(
    (k) =>
      new SlabCommand(
        'free',
        ({ names }) => names.length > 0,
        ({ names }) => ({ op: 'free', object: at(names.splice(k % names.length, 1), 0) }),
      ),
  ),
  fc.constant(
    new SlabCommand(
      'gcStart',
      () => true,
      () => ({ op: 'gcStart', p: 0 }),
    ),
  ),
];

function born(model: Live): number {
  model.names.push(++model.born);
  return model.born;
}
