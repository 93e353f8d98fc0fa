/**
 * How a trace is drawn: command by command from the evolving ledger, so that every command applies. Each trace has
 * a temper of its own (a swarm: Groce et al., "Swarm Testing", 2012): some kinds of command are left
 * out, some come often, a few size classes are used and the others not. Within that, arguments go to the
 * edges where accounting breaks (edges.ts).
 */
import { MAX_TINY_SIZE_BYTES as TINY_BLOCK_BYTES, NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_nelems } from '../model/sizeclasses';
import { MAX_COUNT, type Command, type Op } from './command';
import type { Dice } from './dice';
import { EDGE_CLASSES, EDGE_LARGE_BYTES, EDGE_TINY_BYTES, HUGE_LARGE_BYTES, edgeCounts } from './edges';
import { CACHE_FRESH, CACHE_USED, Ledger, MAX_NAME } from './ledger';
import { MAX_PLAN_NAMES, crowd, everyClass, flood, huge, plan, shortArena, twinRuns } from './plans';
import type { Trace } from './trace';

export interface DrawOptions {
  /** Commands that the system can perform. */
  readonly ops: ReadonlySet<Op>;
  readonly maxProcs: number;
  /** Whether some traces are to be observed by a flushing read at each step (`Shape.readsEachStep`). */
  readonly canReadEachStep?: boolean | undefined;
  /** Whether some objects are to have pointers. */
  readonly hasSpanClasses?: boolean | undefined;
  /** Of the traces, so many of a hundred are to have no object with pointers; 0 if not said. */
  readonly plainPercent?: number | undefined;
  /** Length of the longest trace. */
  readonly maxCommands: number;
}

/** How often each command comes before a trace's temper changes it. */
export const WEIGHTS: Readonly<Record<Op, number>> = {
  smallAlloc: 30,
  tinyAlloc: 8,
  largeAlloc: 5,
  free: 22,
  freegc: 16,
  cacheSpan: 6,
  uncacheSpan: 6,
  sweepSpan: 12,
  gcStart: 3,
  readMemStats: 2,
  setProcs: 2,
  allocStack: 2,
  freeStack: 2,
};

/** What a trace's temper makes of a weight. */
const TEMPERS = [0, 1, 1, 1, 2, 4];

/** Of the traces of a system that can be observed so. */
const READS_EACH_STEP_PERCENT = 25;

/** An op is drawn by one look into a table of this many entries. */
const TABLE_LENGTH = 256;

/** Ps of a trace, the common ones more often. */
const PROCS = [1, 2, 2, 2, 2, 3, 3, 4];

/** Size classes besides its own that a trace strays to, and how seldom it does. */
const STRAY_CLASSES = 2;
const STRAY_STRIDE_ALLOCATIONS = 20;

/** Objects of gigabytes in one trace, at the most: each makes the arena's page map megabytes longer. */
const HUGE_OBJECTS = 3;

/** A collection looks at every span: above so many objects in play it comes, alone or in a plan, the more rarely the more there are. */
const OBJECTS_OF_A_COLLECTION = 32;

/** Of a trace that has some, so many small objects of a hundred have pointers. */
const POINTERS_PERCENT = 20;

/** Objects larger than this many slots in one command are rare. */
const FEW = 4;

const ALIGNED_TINY_BYTES = [2, 4, 8] as const;

/**
 * What leads to edges that are far away: one trace in so many begins with each of them, and of those that look for
 * edges first, one in so many.
 */
const FAR_EDGES = [flood, crowd, everyClass, huge] as const;
const FAR_EDGE_STRIDE_TRACES = 200;
const EAGER_FAR_EDGE_STRIDE_TRACES = 6;

/** Of the other traces, those that begin with an arena that few runs fill. */
const ARENA_PERCENT = 40;
const EAGER_ARENA_PERCENT = 80;

/** In a trace of plans one begins at every so manieth command. */
const PLAN_STRIDE_COMMANDS = 24;

export class TraceDraw {
  private readonly ledger = new Ledger();
  private readonly table: Op[] = new Array<Op>(TABLE_LENGTH).fill('smallAlloc');
  private classes: readonly number[] = [1];
  private strayClasses: readonly number[] = [1];
  private maxTraceProcs = 1;
  /** Names in play. */
  private readonly objects: number[] = [];
  private readonly stacks: number[] = [];
  private lastName = 0;
  private hugeLeft = 0;
  private hasPlans = false;
  private readsEachStep = false;
  private hasPointers = false;
  /** Commands that come next, from `planned` on. */
  private plan: readonly Command[] = [];
  private planned = 0;
  /** The P of the last tiny allocation. */
  private tinyP = 0;

  constructor(private readonly options: DrawOptions) {}

  /**
   * A trace of at most `length` commands, or as many as what it begins with takes.
   * @param isEager whether it is one of the first of a run, which may cost more to reach an edge that is far away.
   */
  draw(dice: Dice, length: number, isEager: boolean): Trace {
    const procs = Math.min(dice.pick(PROCS), this.options.maxProcs);
    this.start(dice, procs, isEager);
    const commands: Command[] = [];
    const end = Math.max(length, Math.min(this.plan.length, this.options.maxCommands));
    for (let i = 0; i < end && this.lastName < MAX_NAME - MAX_PLAN_NAMES; i++) {
      const command = this.command(dice);
      this.ledger.apply(command);
      commands.push(command);
    }
    return { shape: this.readsEachStep ? { procs, readsEachStep: true } : { procs }, commands };
  }

  private start(dice: Dice, procs: number, isEager: boolean): void {
    this.readsEachStep = this.options.canReadEachStep === true && dice.chance(READS_EACH_STEP_PERCENT);
    const { hasSpanClasses, plainPercent } = this.options;
    this.hasPointers = hasSpanClasses === true && (plainPercent === undefined || !dice.chance(plainPercent));
    this.ledger.reset(procs, this.readsEachStep);
    this.objects.length = 0;
    this.stacks.length = 0;
    this.lastName = 0;
    this.maxTraceProcs = Math.min(this.options.maxProcs, Math.max(procs, dice.chance(20) ? 8 : 4));
    this.hugeLeft = dice.chance(12) ? HUGE_OBJECTS : 0;
    this.drawTemper(dice);
    this.drawClasses(dice);
    const { ops } = this.options;
    const isWhole = ops.has('smallAlloc') && ops.has('free') && ops.has('sweepSpan') && ops.has('gcStart');
    this.tinyP = 0;
    this.hasPlans = isWhole && dice.chance(50);
    this.follow(isWhole ? this.opening(dice, procs, isEager) : []);
  }

  /** Fills the table from which commands are drawn. */
  private drawTemper(dice: Dice): void {
    const ops = (Object.keys(WEIGHTS) as Op[]).filter((op) => this.options.ops.has(op));
    // Where each step flushes, no span stays in a cache.
    const isPointless = (op: Op): boolean => this.readsEachStep && (op === 'cacheSpan' || op === 'uncacheSpan');
    const weights = ops.map((op) => (isPointless(op) ? 0 : WEIGHTS[op]) * dice.pick(TEMPERS));
    const births = ops.findIndex((op) => op === 'smallAlloc');
    if (births >= 0) weights[births] = Math.max(weights[births], WEIGHTS.smallAlloc / 2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let filled = 0;
    let sum = 0;
    for (const [i, op] of ops.entries()) {
      sum += weights[i];
      const end = Math.round((sum / total) * TABLE_LENGTH);
      this.table.fill(op, filled, end);
      filled = end;
    }
  }

  private drawClasses(dice: Dice): void {
    const classes = [];
    const count = 1 + dice.below(dice.chance(25) ? 16 : 5);
    for (let i = 0; i < count; i++) {
      classes.push(dice.chance(40) ? dice.pick(EDGE_CLASSES) : anyClass(dice));
    }
    this.classes = classes;
    this.strayClasses = Array.from({ length: STRAY_CLASSES }, () => anyClass(dice));
  }

  private command(dice: Dice): Command {
    if (this.planned < this.plan.length) return this.nextPlanned(dice);
    if (this.hasPlans && dice.below(PLAN_STRIDE_COMMANDS) === 0 && this.isTimeToCollect(dice)) {
      this.follow(plan(dice, { ops: this.options.ops, procs: this.ledger.procs, sizeclass: dice.pick(this.classes), born: () => this.born() }));
      return this.nextPlanned(dice);
    }
    return this.byWeight(dice);
  }

  /** What the trace begins with: mostly nothing. */
  private opening(dice: Dice, procs: number, isEager: boolean): readonly Command[] {
    const born = () => this.born();
    const roll = dice.below(isEager ? EAGER_FAR_EDGE_STRIDE_TRACES : FAR_EDGE_STRIDE_TRACES);
    const { ops } = this.options;
    if (roll < FAR_EDGES.length && (ops.has('largeAlloc') || FAR_EDGES[roll] !== huge)) return FAR_EDGES[roll](dice, procs, born);
    const arenaPercent = isEager ? EAGER_ARENA_PERCENT : ARENA_PERCENT;
    if (!dice.chance(arenaPercent) || !ops.has('allocStack') || !ops.has('freeStack') || !ops.has('largeAlloc')) return [];
    return dice.chance(40) ? shortArena(dice, born) : twinRuns(dice, born);
  }

  private follow(plan: readonly Command[]): void {
    this.plan = plan;
    this.planned = 0;
  }

  /** What the plan has next; where a fresh span is in its way, that is used first. */
  private nextPlanned(dice: Dice): Command {
    const command = this.plan[this.planned];
    if (this.ledger.obstacle(command) !== undefined) return this.useFresh(dice);
    this.planned++;
    return command;
  }

  private byWeight(dice: Dice): Command {
    const op = this.table[dice.next() & (TABLE_LENGTH - 1)];
    const { ledger } = this;
    switch (op) {
      case 'smallAlloc':
        return this.smallAlloc(dice);
      case 'tinyAlloc':
        return this.tinyAlloc(dice);
      case 'largeAlloc':
        return { op, p: this.p(dice), size: this.largeBytes(dice), name: this.bornObject() };
      case 'free':
        return this.objects.length === 0 ? this.smallAlloc(dice) : { op, object: this.takeObject(dice) };
      case 'freegc':
        return this.objects.length === 0 ? this.smallAlloc(dice) : this.freegc(dice);
      case 'cacheSpan': {
        const p = this.p(dice);
        const sizeclass = dice.pick(this.classes);
        if (ledger.cacheOf(p, sizeclass) === CACHE_FRESH) return this.allocFrom(dice, p, sizeclass);
        return { op, p, class: sizeclass };
      }
      case 'uncacheSpan':
        return this.uncacheSpan(dice);
      case 'sweepSpan':
        // Between two collections; before the first there is nothing to sweep.
        if (ledger.collections === 0 || this.lastName === 0) return this.smallAlloc(dice);
        return this.sweepSpan(dice);
      case 'gcStart':
        return this.gcStart(dice);
      case 'readMemStats':
        return ledger.freshCells > 0 ? this.useFresh(dice) : { op };
      case 'setProcs':
        return this.setProcs(dice);
      case 'allocStack': {
        const name = this.born();
        this.stacks.push(name);
        return { op, pages: 1 + dice.below(dice.chance(80) ? 4 : 40), name };
      }
      case 'freeStack':
        return this.stacks.length === 0 ? this.smallAlloc(dice) : { op, stack: take(this.stacks, dice) };
    }
  }

  private smallAlloc(dice: Dice): Command {
    const sizeclass = dice.pick(dice.below(STRAY_STRIDE_ALLOCATIONS) === 0 ? this.strayClasses : this.classes);
    return this.allocFrom(dice, this.p(dice), sizeclass);
  }

  private allocFrom(dice: Dice, p: number, sizeclass: number): Command {
    if (!this.options.ops.has('smallAlloc')) return { op: 'tinyAlloc', p, size: 1 + dice.below(15), name: this.bornObject() };
    const command = { op: 'smallAlloc', p, class: sizeclass, count: this.count(dice, sizeclass), name: this.bornObject() } as const;
    return this.hasPointers && dice.chance(POINTERS_PERCENT) ? { ...command, pointers: true } : command;
  }

  /** Something is allocated from a cached span that nothing came from yet, so that a flush may come. */
  private useFresh(dice: Dice): Command {
    const { ledger } = this;
    for (let p = 0; p < ledger.procs; p++) {
      for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
        if (ledger.cacheOf(p, c) === CACHE_FRESH) {
          // What is handed out again does not come from that span.
          const count = Math.min(MAX_COUNT, 1 + ledger.reusable.of(p, c));
          return { op: 'smallAlloc', p, class: c, count, name: this.bornObject() };
        }
      }
    }
    return this.smallAlloc(dice);
  }

  /** An object goes back to a P; one with pointers, which freegc does not take, is left to the collection. */
  private freegc(dice: Dice): Command {
    const command = { op: 'freegc', p: this.p(dice), object: this.takeObject(dice) } as const;
    return this.ledger.obstacle(command) === undefined ? command : { op: 'free', object: command.object };
  }

  private uncacheSpan(dice: Dice): Command {
    const p = this.p(dice);
    const from = dice.below(this.classes.length);
    for (let i = 0; i < this.classes.length; i++) {
      const sizeclass = this.classes[(from + i) % this.classes.length];
      if (this.ledger.cacheOf(p, sizeclass) === CACHE_USED) return { op: 'uncacheSpan', p, class: sizeclass };
    }
    return this.allocFrom(dice, p, this.classes[from]);
  }

  private sweepSpan(dice: Dice): Command {
    let name = 1 + dice.below(this.lastName);
    // A name of a stack is passed over to the next object below.
    while (name > 0 && !this.ledger.wasBornObject(name)) name--;
    if (name === 0) return this.smallAlloc(dice);
    return { op: 'sweepSpan', p: this.p(dice), object: name };
  }

  private gcStart(dice: Dice): Command {
    if (this.ledger.freshCells > 0) return this.useFresh(dice);
    return this.isTimeToCollect(dice) ? { op: 'gcStart', p: this.p(dice) } : this.smallAlloc(dice);
  }

  private isTimeToCollect(dice: Dice): boolean {
    const { length } = this.objects;
    return length <= OBJECTS_OF_A_COLLECTION || dice.below(length) < OBJECTS_OF_A_COLLECTION;
  }

  private setProcs(dice: Dice): Command {
    const procs = 1 + dice.below(this.maxTraceProcs);
    const command: Command = { op: 'setProcs', procs };
    return this.ledger.obstacle(command) === undefined ? command : this.useFresh(dice);
  }

  /** Mostly one object; now and then as many as fill a span, all but one slot, or one more. */
  private count(dice: Dice, sizeclass: number): number {
    const roll = dice.below(100);
    if (roll < 70) return 1;
    if (roll < 90) return 1 + dice.below(FEW);
    const nelems = class_to_nelems[sizeclass];
    // A full span of many slots costs many allocations in one step: the larger, the rarer.
    if (nelems > 64 && dice.below(nelems) > 64) return 1 + dice.below(FEW * 4);
    return dice.pick(edgeCounts(sizeclass));
  }

  /**
   * Mostly on the P that was last, so that its block fills: sizes that are aligned, as many bytes as are left or one
   * more, as many as are taken.
   */
  private tinyAlloc(dice: Dice): Command {
    if (this.tinyP >= this.ledger.procs || dice.chance(30)) this.tinyP = this.p(dice);
    const p = this.tinyP;
    return { op: 'tinyAlloc', p, size: this.tinyBytes(dice, this.ledger.tiny.takenBytes(p)), name: this.bornObject() };
  }

  private tinyBytes(dice: Dice, taken: number): number {
    const left = TINY_BLOCK_BYTES - taken;
    const roll = dice.below(100);
    if (roll < 25) return dice.pick(ALIGNED_TINY_BYTES);
    if (roll < 40) return dice.pick(EDGE_TINY_BYTES);
    if (roll < 70 && taken > 1 && left > 0) return dice.chance(70) ? left + dice.below(2) : taken;
    return 1 + dice.below(15);
  }

  private largeBytes(dice: Dice): number {
    if (this.hugeLeft > 0 && dice.chance(30)) {
      this.hugeLeft--;
      return dice.pick(HUGE_LARGE_BYTES);
    }
    if (dice.chance(50)) return dice.pick(EDGE_LARGE_BYTES);
    // One page more than a whole arena chunk, or than what the arena grew by, which may all be free.
    if (dice.chance(15)) return (128 + 8 * dice.below(17)) * PAGE_SIZE_BYTES + 1;
    return 4 * PAGE_SIZE_BYTES + 1 + dice.below(16 * PAGE_SIZE_BYTES);
  }

  /** Objects that were born lately die as often as all the older ones together. */
  private takeObject(dice: Dice): number {
    const { objects } = this;
    const recent = Math.min(objects.length, 8);
    const i = dice.chance(50) ? objects.length - 1 - dice.below(recent) : dice.below(objects.length);
    const name = objects[i];
    const last = objects.pop() as number;
    if (i < objects.length) objects[i] = last;
    return name;
  }

  private p(dice: Dice): number {
    return dice.below(this.ledger.procs);
  }

  private born(): number {
    return ++this.lastName;
  }

  private bornObject(): number {
    const name = this.born();
    this.objects.push(name);
    return name;
  }
}

function anyClass(dice: Dice): number {
  return 1 + dice.below(NUM_SIZE_CLASSES - 1);
}

function take(names: number[], dice: Dice): number {
  const i = dice.below(names.length);
  const name = names[i];
  const last = names.pop() as number;
  if (i < names.length) names[i] = last;
  return name;
}
