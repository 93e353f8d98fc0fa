/**
 * The same faults and seeds through plain `fc.commands`, shrunk as fast-check shrinks: what `bench:shrink` compares with.
 * A command whose check says that it does not apply is passed over, as fast-check has it.
 */
import * as fc from 'fast-check';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import type { Command } from '../properties/trace/command';
import { BOUNDARY_CLASSES, BOUNDARY_LARGE_BYTES } from '../properties/draw/boundaryValues';
import type { FailingTrace } from '../properties/failure';
import { Ledger } from '../properties/ledger/ledger';
import type { Planted } from '../testing/planted';

/** Returns fast-check's first failing trace and its final one, or undefined if it finds no failure. */
export function plainFinal(
  { tryTrace }: Planted,
  seed: number,
): { readonly start: FailingTrace; readonly end: FailingTrace } | undefined {
  let start: FailingTrace | undefined;
  let end: FailingTrace | undefined;
  const holds = (procs: number, commands: Iterable<fc.Command<Recorded, Recorded>>): void => {
    const state = new Recorded(procs);
    fc.modelRun(() => ({ model: state, real: state }), commands);
    const trace = { shape: { procs }, commands: state.commands };
    const failure = tryTrace(trace);
    if (failure === undefined) return;
    end = { trace, failure };
    start ??= end;
    throw new Error(failure.message);
  };
  const arbitrary = fc.commands<Recorded, Recorded>(ARBITRARIES, { maxCommands: 100, size: 'max' });
  fc.check(fc.property(fc.integer({ min: 1, max: 4 }), arbitrary, holds), {
    seed,
    numRuns: 300,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
  });
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** fast-check may try for ever; then what it has found by now counts. */
const TIME_LIMIT_MS = 5000;

/** The model of `fc.commands`: the ledger, and the commands that applied, whose run is judged as a whole. */
class Recorded {
  readonly ledger = new Ledger();
  readonly commands: Command[] = [];
  births = 0;

  constructor(procs: number) {
    this.ledger.reset(procs);
  }
}

/** A command as people write them for `fc.commands`: it refers to the k-th birth, whichever that is. */
class PlainCommand implements fc.Command<Recorded, Recorded> {
  constructor(private readonly draw: (births: number) => Command | undefined) {}

  check({ ledger, births }: Readonly<Recorded>): boolean {
    const command = this.draw(births);
    return command !== undefined && ledger.obstacle(command) === undefined;
  }

  run(state: Recorded): void {
    const command = this.draw(state.births);
    if (command === undefined) return;
    state.ledger.apply(command);
    state.commands.push(command);
    if ('name' in command) state.births++;
  }

  toString(): string {
    return JSON.stringify(this.draw(1_000));
  }
}

const p = fc.integer({ min: 0, max: 3 });
const sizeclass = fc.oneof(fc.constantFrom(...BOUNDARY_CLASSES), fc.integer({ min: 1, max: NUM_SIZE_CLASSES - 1 }));
const index = fc.nat(99);

const ARBITRARIES: fc.Arbitrary<PlainCommand>[] = [
  born(
    fc.record({ op: fc.constant('smallAlloc' as const), p, class: sizeclass, count: fc.integer({ min: 1, max: 8 }) }),
  ),
  born(fc.record({ op: fc.constant('tinyAlloc' as const), p, size: fc.integer({ min: 0, max: 15 }) })),
  born(
    fc.record({
      op: fc.constant('largeAlloc' as const),
      p,
      size: fc.oneof(fc.constantFrom(...BOUNDARY_LARGE_BYTES), fc.integer({ min: 32769, max: 200_000 })),
    }),
  ),
  born(fc.record({ op: fc.constant('allocStack' as const), pages: fc.integer({ min: 1, max: 8 }) })),
  referring((object) => ({ op: 'free', object })),
  referring((object) => ({ op: 'free', object })),
  fc
    .tuple(p, index)
    .map(
      ([on, k]) =>
        new PlainCommand((births) => (births === 0 ? undefined : { op: 'sweepSpan', p: on, object: 1 + (k % births) })),
    ),
  referring((stack) => ({ op: 'freeStack', stack })),
  fc
    .record({ op: fc.constant('cacheSpan' as const), p, class: sizeclass })
    .map((command) => new PlainCommand(() => command)),
  fc
    .record({ op: fc.constant('uncacheSpan' as const), p, class: sizeclass })
    .map((command) => new PlainCommand(() => command)),
  p.map((on) => new PlainCommand(() => ({ op: 'gcStart', p: on }))),
  fc.constant(0).map(() => new PlainCommand(() => ({ op: 'readMemStats' }))),
  fc.integer({ min: 1, max: 4 }).map((procs) => new PlainCommand(() => ({ op: 'setProcs', procs }))),
];

type Unnamed<C> = C extends { readonly name: number } ? Omit<C, 'name'> : never;

function born(arbitrary: fc.Arbitrary<Unnamed<Command>>): fc.Arbitrary<PlainCommand> {
  return arbitrary.map((command) => new PlainCommand((births) => ({ ...command, name: births + 1 })));
}

function referring(make: (name: number) => Command): fc.Arbitrary<PlainCommand> {
  return index.map((k) => new PlainCommand((births) => (births === 0 ? undefined : make(1 + (k % births)))));
}
