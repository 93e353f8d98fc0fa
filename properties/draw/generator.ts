/**
 * How a trace is drawn: command by command from the evolving ledger, so that every command applies. Each trace has
 * a temper of its own (a swarm: Groce et al., "Swarm Testing", 2012): some kinds of command are left
 * out, some come often, a few size classes are used and the others not. Within that, arguments go to the
 * edges where accounting breaks (edges.ts).
 */
import {
  MAX_TINY_SIZE_BYTES as TINY_BLOCK_BYTES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_nelems,
} from '../../model/sizeclasses';
import { MAX_COUNT, type Command, type Op, MAX_NAME } from '../trace/command';
import type { Prng } from './prng';
import {
  BOUNDARY_CLASSES,
  BOUNDARY_LARGE_BYTES,
  BOUNDARY_TINY_BYTES,
  HUGE_LARGE_BYTES,
  boundaryCounts,
} from './boundaryValues';
import { CACHE_FRESH, CACHE_USED, Ledger } from '../ledger/ledger';
import { MAX_SCENARIO_NAMES, crowd, everyClass, flood, huge, drawScenario, shortArena, twinRuns } from './scenarios';
import type { Trace } from '../trace/trace';
import type { DrawOptions } from './drawOptions';

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

export class TraceGenerator {
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
  draw(prng: Prng, length: number, isEager: boolean): Trace {
    const procs = Math.min(prng.pick(PROCS), this.options.maxProcs);
    this.start(prng, procs, isEager);
    const commands: Command[] = [];
    const end = Math.max(length, Math.min(this.plan.length, this.options.maxCommands));
    for (let i = 0; i < end && this.lastName < MAX_NAME - MAX_SCENARIO_NAMES; i++) {
      const command = this.command(prng);
      this.ledger.apply(command);
      commands.push(command);
    }
    return { shape: this.readsEachStep ? { procs, readsEachStep: true } : { procs }, commands };
  }

  private start(prng: Prng, procs: number, isEager: boolean): void {
    this.readsEachStep = this.options.canReadEachStep === true && prng.chance(READS_EACH_STEP_PERCENT);
    const { hasSpanClasses, plainPercent } = this.options;
    this.hasPointers = hasSpanClasses === true && (plainPercent === undefined || !prng.chance(plainPercent));
    this.ledger.reset(procs, this.readsEachStep);
    this.objects.length = 0;
    this.stacks.length = 0;
    this.lastName = 0;
    this.maxTraceProcs = Math.min(this.options.maxProcs, Math.max(procs, prng.chance(20) ? 8 : 4));
    this.hugeLeft = prng.chance(12) ? HUGE_OBJECTS : 0;
    this.drawTemper(prng);
    this.drawClasses(prng);
    const { ops } = this.options;
    const isWhole = ops.has('smallAlloc') && ops.has('free') && ops.has('sweepSpan') && ops.has('gcStart');
    this.tinyP = 0;
    this.hasPlans = isWhole && prng.chance(50);
    this.follow(isWhole ? this.opening(prng, procs, isEager) : []);
  }

  /** Fills the table from which commands are drawn. */
  private drawTemper(prng: Prng): void {
    const ops = (Object.keys(WEIGHTS) as Op[]).filter((op) => this.options.ops.has(op));
    // Where each step flushes, no span stays in a cache.
    const isPointless = (op: Op): boolean => this.readsEachStep && (op === 'cacheSpan' || op === 'uncacheSpan');
    const weights = ops.map((op) => (isPointless(op) ? 0 : WEIGHTS[op]) * prng.pick(TEMPERS));
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

  private drawClasses(prng: Prng): void {
    const classes = [];
    const count = 1 + prng.below(prng.chance(25) ? 16 : 5);
    for (let i = 0; i < count; i++) {
      classes.push(prng.chance(40) ? prng.pick(BOUNDARY_CLASSES) : anyClass(prng));
    }
    this.classes = classes;
    this.strayClasses = Array.from({ length: STRAY_CLASSES }, () => anyClass(prng));
  }

  private command(prng: Prng): Command {
    if (this.planned < this.plan.length) return this.nextPlanned(prng);
    if (this.hasPlans && prng.below(PLAN_STRIDE_COMMANDS) === 0 && this.isTimeToCollect(prng)) {
      this.follow(
        drawScenario(prng, {
          ops: this.options.ops,
          procs: this.ledger.procs,
          sizeclass: prng.pick(this.classes),
          born: () => this.born(),
        }),
      );
      return this.nextPlanned(prng);
    }
    return this.byWeight(prng);
  }

  /** What the trace begins with: mostly nothing. */
  private opening(prng: Prng, procs: number, isEager: boolean): readonly Command[] {
    const born = () => this.born();
    const roll = prng.below(isEager ? EAGER_FAR_EDGE_STRIDE_TRACES : FAR_EDGE_STRIDE_TRACES);
    const { ops } = this.options;
    if (roll < FAR_EDGES.length && (ops.has('largeAlloc') || FAR_EDGES[roll] !== huge))
      return FAR_EDGES[roll](prng, procs, born);
    const arenaPercent = isEager ? EAGER_ARENA_PERCENT : ARENA_PERCENT;
    if (!prng.chance(arenaPercent) || !ops.has('allocStack') || !ops.has('freeStack') || !ops.has('largeAlloc'))
      return [];
    return prng.chance(40) ? shortArena(prng, born) : twinRuns(prng, born);
  }

  private follow(plan: readonly Command[]): void {
    this.plan = plan;
    this.planned = 0;
  }

  /** What the plan has next; where a fresh span is in its way, that is used first. */
  private nextPlanned(prng: Prng): Command {
    const command = this.plan[this.planned];
    if (this.ledger.obstacle(command) !== undefined) return this.useFresh(prng);
    this.planned++;
    return command;
  }

  private byWeight(prng: Prng): Command {
    const op = this.table[prng.next() & (TABLE_LENGTH - 1)];
    const { ledger } = this;
    switch (op) {
      case 'smallAlloc':
        return this.smallAlloc(prng);
      case 'tinyAlloc':
        return this.tinyAlloc(prng);
      case 'largeAlloc':
        return { op, p: this.p(prng), size: this.largeBytes(prng), name: this.bornObject() };
      case 'free':
        return this.objects.length === 0 ? this.smallAlloc(prng) : { op, object: this.takeObject(prng) };
      case 'freegc':
        return this.objects.length === 0 ? this.smallAlloc(prng) : this.freegc(prng);
      case 'cacheSpan': {
        const p = this.p(prng);
        const sizeclass = prng.pick(this.classes);
        if (ledger.cacheOf(p, sizeclass) === CACHE_FRESH) return this.allocFrom(prng, p, sizeclass);
        return { op, p, class: sizeclass };
      }
      case 'uncacheSpan':
        return this.uncacheSpan(prng);
      case 'sweepSpan':
        // Between two collections; before the first there is nothing to sweep.
        if (ledger.collections === 0 || this.lastName === 0) return this.smallAlloc(prng);
        return this.sweepSpan(prng);
      case 'gcStart':
        return this.gcStart(prng);
      case 'readMemStats':
        return ledger.freshCells > 0 ? this.useFresh(prng) : { op };
      case 'setProcs':
        return this.setProcs(prng);
      case 'allocStack': {
        const name = this.born();
        this.stacks.push(name);
        return { op, pages: 1 + prng.below(prng.chance(80) ? 4 : 40), name };
      }
      case 'freeStack':
        return this.stacks.length === 0 ? this.smallAlloc(prng) : { op, stack: take(this.stacks, prng) };
    }
  }

  private smallAlloc(prng: Prng): Command {
    const sizeclass = prng.pick(prng.below(STRAY_STRIDE_ALLOCATIONS) === 0 ? this.strayClasses : this.classes);
    return this.allocFrom(prng, this.p(prng), sizeclass);
  }

  private allocFrom(prng: Prng, p: number, sizeclass: number): Command {
    if (!this.options.ops.has('smallAlloc'))
      return { op: 'tinyAlloc', p, size: 1 + prng.below(15), name: this.bornObject() };
    const command = {
      op: 'smallAlloc',
      p,
      class: sizeclass,
      count: this.count(prng, sizeclass),
      name: this.bornObject(),
    } as const;
    return this.hasPointers && prng.chance(POINTERS_PERCENT) ? { ...command, pointers: true } : command;
  }

  /** Something is allocated from a cached span that nothing came from yet, so that a flush may come. */
  private useFresh(prng: Prng): Command {
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
    return this.smallAlloc(prng);
  }

  /** An object goes back to a P; one with pointers, which freegc does not take, is left to the collection. */
  private freegc(prng: Prng): Command {
    const command = { op: 'freegc', p: this.p(prng), object: this.takeObject(prng) } as const;
    return this.ledger.obstacle(command) === undefined ? command : { op: 'free', object: command.object };
  }

  private uncacheSpan(prng: Prng): Command {
    const p = this.p(prng);
    const from = prng.below(this.classes.length);
    for (let i = 0; i < this.classes.length; i++) {
      const sizeclass = this.classes[(from + i) % this.classes.length];
      if (this.ledger.cacheOf(p, sizeclass) === CACHE_USED) return { op: 'uncacheSpan', p, class: sizeclass };
    }
    return this.allocFrom(prng, p, this.classes[from]);
  }

  private sweepSpan(prng: Prng): Command {
    let name = 1 + prng.below(this.lastName);
    // A name of a stack is passed over to the next object below.
    while (name > 0 && !this.ledger.wasBornObject(name)) name--;
    if (name === 0) return this.smallAlloc(prng);
    return { op: 'sweepSpan', p: this.p(prng), object: name };
  }

  private gcStart(prng: Prng): Command {
    if (this.ledger.freshCells > 0) return this.useFresh(prng);
    return this.isTimeToCollect(prng) ? { op: 'gcStart', p: this.p(prng) } : this.smallAlloc(prng);
  }

  private isTimeToCollect(prng: Prng): boolean {
    const { length } = this.objects;
    return length <= OBJECTS_OF_A_COLLECTION || prng.below(length) < OBJECTS_OF_A_COLLECTION;
  }

  private setProcs(prng: Prng): Command {
    const procs = 1 + prng.below(this.maxTraceProcs);
    const command: Command = { op: 'setProcs', procs };
    return this.ledger.obstacle(command) === undefined ? command : this.useFresh(prng);
  }

  /** Mostly one object; now and then as many as fill a span, all but one slot, or one more. */
  private count(prng: Prng, sizeclass: number): number {
    const roll = prng.below(100);
    if (roll < 70) return 1;
    if (roll < 90) return 1 + prng.below(FEW);
    const nelems = class_to_nelems[sizeclass];
    // A full span of many slots costs many allocations in one step: the larger, the rarer.
    if (nelems > 64 && prng.below(nelems) > 64) return 1 + prng.below(FEW * 4);
    return prng.pick(boundaryCounts(sizeclass));
  }

  /**
   * Mostly on the P that was last, so that its block fills: sizes that are aligned, as many bytes as are left or one
   * more, as many as are taken.
   */
  private tinyAlloc(prng: Prng): Command {
    if (this.tinyP >= this.ledger.procs || prng.chance(30)) this.tinyP = this.p(prng);
    const p = this.tinyP;
    return { op: 'tinyAlloc', p, size: this.tinyBytes(prng, this.ledger.tiny.takenBytes(p)), name: this.bornObject() };
  }

  private tinyBytes(prng: Prng, taken: number): number {
    const left = TINY_BLOCK_BYTES - taken;
    const roll = prng.below(100);
    if (roll < 25) return prng.pick(ALIGNED_TINY_BYTES);
    if (roll < 40) return prng.pick(BOUNDARY_TINY_BYTES);
    if (roll < 70 && taken > 1 && left > 0) return prng.chance(70) ? left + prng.below(2) : taken;
    return 1 + prng.below(15);
  }

  private largeBytes(prng: Prng): number {
    if (this.hugeLeft > 0 && prng.chance(30)) {
      this.hugeLeft--;
      return prng.pick(HUGE_LARGE_BYTES);
    }
    if (prng.chance(50)) return prng.pick(BOUNDARY_LARGE_BYTES);
    // One page more than a whole arena chunk, or than what the arena grew by, which may all be free.
    if (prng.chance(15)) return (128 + 8 * prng.below(17)) * PAGE_SIZE_BYTES + 1;
    return 4 * PAGE_SIZE_BYTES + 1 + prng.below(16 * PAGE_SIZE_BYTES);
  }

  /** Objects that were born lately die as often as all the older ones together. */
  private takeObject(prng: Prng): number {
    const { objects } = this;
    const recent = Math.min(objects.length, 8);
    const i = prng.chance(50) ? objects.length - 1 - prng.below(recent) : prng.below(objects.length);
    const name = objects[i];
    const last = objects.pop() as number;
    if (i < objects.length) objects[i] = last;
    return name;
  }

  private p(prng: Prng): number {
    return prng.below(this.ledger.procs);
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

function anyClass(prng: Prng): number {
  return 1 + prng.below(NUM_SIZE_CLASSES - 1);
}

function take(names: number[], prng: Prng): number {
  const i = prng.below(names.length);
  const name = names[i];
  const last = names.pop() as number;
  if (i < names.length) names[i] = last;
  return name;
}
