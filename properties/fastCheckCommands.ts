/**
 * The commands for people who live in `fc.commands` and `fc.modelRun`: the same commands, system and checks as in a
 * trace, each command an `ICommand` of fast-check's. The model is the ledger, the real is a judged system.
 *
 * The commands of such a sequence are drawn without knowing of each other. So one that is born gets its name when
 * it runs, and a reference is a number that is counted off along the names born by then: take a birth away and what
 * comes later may refer to something else. `TraceArbitrary` has neither that nor the other limits (design.md).
 */
import * as fc from 'fast-check';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from '../model/sizeclasses';
import type { Command, Op } from './trace/command';
import { BOUNDARY_CLASSES, BOUNDARY_LARGE_BYTES, BOUNDARY_TINY_BYTES, boundaryCounts } from './draw/boundaryValues';
import type { Judge } from './judge';
import type { Ledger } from './ledger/ledger';
import type { SteppedSystem } from './system';
import { drawProbabilities } from './draw/drawProbabilities';
import type { DrawOptions } from './draw/drawOptions';

/** Ps that the commands talk about. */
const MAX_P = 3;
/** References are drawn below this. */
const REFERENCES = 1 << 20;

/** Sequences of at most `maxCommands` commands, for `fc.modelRun`. */
export function fastCheckCommands({
  ops,
  maxProcs,
  maxCommands,
}: DrawOptions): fc.Arbitrary<Iterable<fc.Command<Ledger, JudgedSystem>>> {
  const args = argumentsOf(Math.min(MAX_P, maxProcs - 1));
  const kinds = [...ops].map((op) => ({
    weight: drawProbabilities.commandWeights[op],
    arbitrary: args[op].map((drawn) => new DrawnCommand(drawn)),
  }));
  // Without size 'max', maxCommands alone still yields ten commands.
  return fc.commands([fc.oneof(...kinds)], { maxCommands, size: 'max' });
}

/** The `real` of `fc.modelRun`: a system whose every step is judged. */
export class JudgedSystem {
  /** Steps since the start. */
  steps = 0;

  constructor(
    private readonly system: SteppedSystem,
    private readonly judge: Judge,
  ) {}

  /** What `fc.modelRun` starts from: the ledger of the judge as the model, and this. */
  start(procs: number): { model: Ledger; real: JudgedSystem } {
    this.steps = 0;
    this.system.start({ procs });
    this.judge.begin({ procs });
    return { model: this.judge.ledger, real: this };
  }

  /** Performs a command; throws where a check does not hold or the system dies. */
  step(command: Command): void {
    this.steps++;
    const failure = this.judge.step(command, this.system.step(command));
    if (failure !== undefined) throw new Error(`${failure.signature}: ${failure.message}`);
  }

  /** After the last command: audits what steps do not look at. */
  end(): void {
    const failure = this.judge.end();
    if (failure !== undefined) throw new Error(`${failure.signature}: ${failure.message}`);
  }
}

/** A command as drawn: a name that it gives is 0, and one that it refers to any number. */
class DrawnCommand implements fc.Command<Ledger, JudgedSystem> {
  constructor(private readonly drawn: Command) {}

  check(ledger: Readonly<Ledger>): boolean {
    return ledger.obstacle(named(this.drawn, ledger)) === undefined;
  }

  run(ledger: Ledger, system: JudgedSystem): void {
    system.step(named(this.drawn, ledger));
  }

  toString(): string {
    return JSON.stringify(this.drawn);
  }
}

function named(drawn: Command, { namesUsed }: Readonly<Ledger>): Command {
  switch (drawn.op) {
    case 'smallAlloc':
    case 'tinyAlloc':
    case 'largeAlloc':
    case 'allocStack':
      return { ...drawn, name: namesUsed + 1 };
    case 'free':
    case 'freegc':
    case 'sweepSpan':
      return { ...drawn, object: counted(drawn.object, namesUsed) };
    case 'freeStack':
      return { ...drawn, stack: counted(drawn.stack, namesUsed) };
    default:
      return drawn;
  }
}

/** The name that a drawn reference means; where none is born yet, one that never is. */
function counted(reference: number, namesUsed: number): number {
  return namesUsed === 0 ? 1 : 1 + (reference % namesUsed);
}

function argumentsOf(maxP: number): { readonly [op in Op]: fc.Arbitrary<Command> } {
  const p = fc.nat(maxP);
  const reference = fc.nat(REFERENCES - 1);
  const name = fc.constant(0);
  const sizeclass = fc.oneof(fc.constantFrom(...BOUNDARY_CLASSES), fc.integer({ min: 1, max: NUM_SIZE_CLASSES - 1 }));
  return {
    smallAlloc: fc
      .record({ op: fc.constant('smallAlloc'), p, class: sizeclass, count: fc.nat(99), name })
      .map(withCount),
    tinyAlloc: fc.record({
      op: fc.constant('tinyAlloc'),
      p,
      size: fc.oneof(fc.constantFrom(...BOUNDARY_TINY_BYTES), fc.integer({ min: 1, max: 15 })),
      name,
    }),
    largeAlloc: fc.record({
      op: fc.constant('largeAlloc'),
      p,
      size: fc.oneof(
        fc.constantFrom(...BOUNDARY_LARGE_BYTES),
        fc.integer({ min: 4 * PAGE_SIZE_BYTES + 1, max: 20 * PAGE_SIZE_BYTES }),
      ),
      name,
    }),
    free: fc.record({ op: fc.constant('free'), object: reference }),
    freegc: fc.record({ op: fc.constant('freegc'), p, object: reference }),
    cacheSpan: fc.record({ op: fc.constant('cacheSpan'), p, class: sizeclass }),
    uncacheSpan: fc.record({ op: fc.constant('uncacheSpan'), p, class: sizeclass }),
    sweepSpan: fc.record({ op: fc.constant('sweepSpan'), p, object: reference }),
    gcStart: fc.record({ op: fc.constant('gcStart'), p }),
    readMemStats: fc.record({ op: fc.constant('readMemStats') }),
    setProcs: fc.record({ op: fc.constant('setProcs'), procs: fc.integer({ min: 1, max: maxP + 1 }) }),
    allocStack: fc.record({ op: fc.constant('allocStack'), pages: fc.integer({ min: 1, max: 40 }), name }),
    freeStack: fc.record({ op: fc.constant('freeStack'), stack: reference }),
  };
}

/** Of a hundred draws seventy are one object, twenty a few, and the rest go to the edges of the span, if it is short. */
function withCount(drawn: { op: 'smallAlloc'; p: number; class: number; count: number; name: number }): Command {
  const roll = drawn.count;
  if (roll < 70) return { ...drawn, count: 1 };
  if (roll < 90 || class_to_nelems[drawn.class] > 64) return { ...drawn, count: 1 + (roll % 4) };
  return { ...drawn, count: boundaryCounts(drawn.class)[roll % 3] };
}
