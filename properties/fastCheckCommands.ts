/**
 * The commands for people who work with `fc.commands` and `fc.modelRun`: the same commands, system and checks as in a trace,
 * each command a `fc.Command`. The model is the ledger; the real is a judged system.
 *
 * fast-check draws the commands of a sequence independently of each other. An object therefore gets its name when its
 * command runs, and a reference is an index into the names born by then: removing a birth may change what later commands
 * refer to, and `maxCommands` and shrinking are limited as in fast-check. {@link traces} has none of these limits.
 */
import * as fc from 'fast-check';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from '../model/sizeclasses';
import { assertNever } from './assertNever';
import { at } from './at';
import type { Command, Op } from './trace/command';
import { BOUNDARY_CLASSES, BOUNDARY_LARGE_BYTES, BOUNDARY_TINY_BYTES, boundaryCounts } from './draw/boundaryValues';
import type { Judge } from './judge';
import type { Ledger } from './ledger/ledger';
import type { SteppedSystem } from './system';
import { drawProbabilities } from './draw/drawProbabilities';
import type { DrawOptions } from './draw/drawOptions';

/** The highest P that commands name. */
const MAX_P = 3;
/** References are drawn from 0 up to this number. */
const REFERENCES = 1 << 20;

/**
 * Returns an arbitrary of command sequences for `fc.modelRun`, of at most `maxCommands` commands.
 *
 * @example
 * ```ts
 * const system = modelSystem();
 * const judged = new JudgedSystem(system, judgeOf(system, { checks: CHECKS }));
 * fc.assert(
 *   fc.property(fastCheckCommands(drawOptions(system, 100)), (commands) => {
 *     fc.modelRun(() => judged.start(2), commands);
 *     judged.end();
 *   }),
 * );
 * ```
 */
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

/** The `real` of `fc.modelRun`: a system whose every step is judged. See {@link fastCheckCommands} for its use. */
export class JudgedSystem {
  /** Steps since {@link JudgedSystem.start}. */
  steps = 0;

  /** @param judge - A judge of the same system. */
  constructor(
    private readonly system: SteppedSystem,
    private readonly judge: Judge,
  ) {}

  /** Starts a fresh sequence; returns what `fc.modelRun` starts from: the ledger of the judge as the model, and this system. */
  start(procs: number): { model: Ledger; real: JudgedSystem } {
    this.steps = 0;
    this.system.start({ procs });
    this.judge.begin({ procs });
    return { model: this.judge.ledger, real: this };
  }

  /** Performs a command; throws if a check fails or the system dies. */
  step(command: Command): void {
    this.steps++;
    const failure = this.judge.step(command, this.system.step(command));
    if (failure !== undefined) throw new Error(`${failure.signature}: ${failure.message}`);
  }

  /** Audits what single steps do not look at, after the last command; throws if a check fails. */
  end(): void {
    const failure = this.judge.end();
    if (failure !== undefined) throw new Error(`${failure.signature}: ${failure.message}`);
  }
}

/** A command as drawn: a name that it gives is 0, and a name that it refers to is any number. */
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

/** Returns the drawn command with the names that it gives and refers to now. */
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
      return { ...drawn, object: nameOf(drawn.object, namesUsed) };
    case 'freeStack':
      return { ...drawn, stack: nameOf(drawn.stack, namesUsed) };
    case 'cacheSpan':
    case 'uncacheSpan':
    case 'gcStart':
    case 'readMemStats':
    case 'setProcs':
      return drawn;
    default:
      return assertNever(drawn);
  }
}

/** Returns the name that a drawn reference stands for, or 1 if none is born yet, to which no command applies. */
function nameOf(reference: number, namesUsed: number): number {
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

/** Returns the command with a count like those of a trace: mostly one object, sometimes a few or a boundary of a short span. */
function withCount(drawn: { op: 'smallAlloc'; p: number; class: number; count: number; name: number }): Command {
  const { oneObjectPercent, fewObjectsPercent, fewObjects, manySlots } = drawProbabilities;
  const roll = drawn.count;
  if (roll < oneObjectPercent) return { ...drawn, count: 1 };
  if (roll < oneObjectPercent + fewObjectsPercent || at(class_to_nelems, drawn.class) > manySlots)
    return { ...drawn, count: 1 + (roll % fewObjects) };
  const counts = boundaryCounts(drawn.class);
  return { ...drawn, count: at(counts, roll % counts.length) };
}
