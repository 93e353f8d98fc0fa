/**
 * Draws a trace command by command from the evolving ledger, so that every command applies. Each trace has a swarm mask
 * and a few size classes of its own (swarmMask.ts, drawArguments.ts), and may begin with a scenario or weave some in
 * (scenarios.ts). Every probability stands in drawProbabilities.ts.
 */
import { NUM_SIZE_CLASSES } from '../../model/sizeclasses';
import { assertNever } from '../assertNever';
import { at } from '../at';
import { CACHE_FRESH, CACHE_USED, Ledger } from '../ledger/ledger';
import { MAX_COUNT, MAX_NAME, type Command } from '../trace/command';
import type { Trace } from '../trace/trace';
import { HUGE_LARGE_BYTES } from './boundaryValues';
import {
  drawAnyTinyBytes,
  drawClass,
  drawClasses,
  drawCount,
  drawLargeBytes,
  drawStackPages,
  drawTinyBytes,
} from './drawArguments';
import { assertDrawable, type DrawOptions } from './drawOptions';
import { drawProbabilities } from './drawProbabilities';
import type { Prng } from './prng';
import {
  MAX_SCENARIO_NAMES,
  crowdOfSpans,
  drawScenario,
  everyClass,
  floodOfObjects,
  hugeObjects,
  shortArena,
  twinRuns,
} from './scenarios';
import { SwarmMask } from './swarmMask';

/** Scenarios that reach distant boundaries; a trace begins with one of them or with none. */
const DISTANT_SCENARIOS = [floodOfObjects, crowdOfSpans, everyClass, hugeObjects] as const;

export class TraceGenerator {
  private readonly ledger = new Ledger();
  private readonly swarmMask = new SwarmMask();
  private classes: readonly number[] = [1];
  private strayClasses: readonly number[] = [1];
  private maxTraceProcs = 1;
  /** Names of the objects and the stacks in play. */
  private readonly objects: number[] = [];
  private readonly stacks: number[] = [];
  private lastName = 0;
  private hugeLeft = 0;
  private hasScenarios = false;
  private readsEachStep = false;
  private hasPointers = false;
  /** The scenario that the trace follows now, and how many of its commands were drawn. */
  private scenario: readonly Command[] = [];
  private followed = 0;
  /** The P of the last tiny allocation. */
  private tinyP = 0;

  constructor(private readonly options: DrawOptions) {
    assertDrawable(options);
  }

  /**
   * Draws a trace of at most `length` commands, or as many as the scenario takes that it begins with.
   * @param isEager whether the trace is one of the first of a run, which more often begin with a long scenario.
   */
  draw(prng: Prng, length: number, isEager: boolean): Trace {
    const procs = Math.min(prng.pick(drawProbabilities.initialProcs), this.options.maxProcs);
    this.start(prng, procs, isEager);
    const commands: Command[] = [];
    const end = Math.max(length, Math.min(this.scenario.length, this.options.maxCommands));
    for (let i = 0; i < end && this.lastName < MAX_NAME - MAX_SCENARIO_NAMES; i++) {
      const command = this.command(prng);
      this.ledger.apply(command);
      commands.push(command);
    }
    return { shape: this.readsEachStep ? { procs, readsEachStep: true } : { procs }, commands };
  }

  private start(prng: Prng, procs: number, isEager: boolean): void {
    const { hasSpanClasses, plainPercent, canReadEachStep, maxProcs, ops } = this.options;
    const { usualMaxProcs, manyMaxProcs, manyProcsPercent } = drawProbabilities;
    this.readsEachStep = canReadEachStep === true && prng.chance(drawProbabilities.readsEachStepPercent);
    this.hasPointers = hasSpanClasses === true && (plainPercent === undefined || !prng.chance(plainPercent));
    this.ledger.reset(procs, this.readsEachStep);
    this.objects.length = 0;
    this.stacks.length = 0;
    this.lastName = 0;
    const wantedProcs = prng.chance(manyProcsPercent) ? manyMaxProcs : usualMaxProcs;
    this.maxTraceProcs = Math.min(maxProcs, Math.max(procs, wantedProcs));
    this.hugeLeft = prng.chance(drawProbabilities.hugeTracePercent) ? drawProbabilities.hugeObjectsPerTrace : 0;
    this.swarmMask.draw(prng, ops, this.readsEachStep);
    this.classes = drawClasses(prng);
    this.strayClasses = Array.from({ length: drawProbabilities.strayClasses }, () => drawClass(prng));
    const canFollow = ops.has('smallAlloc') && ops.has('free') && ops.has('sweepSpan') && ops.has('gcStart');
    this.tinyP = 0;
    this.hasScenarios = canFollow && prng.chance(drawProbabilities.scenarioTracePercent);
    this.follow(canFollow ? this.opening(prng, procs, isEager) : []);
  }

  private command(prng: Prng): Command {
    if (this.followed < this.scenario.length) return this.nextOfScenario(prng);
    const { scenarioStrideCommands } = drawProbabilities;
    if (this.hasScenarios && prng.below(scenarioStrideCommands) === 0 && this.isTimeToCollect(prng)) {
      this.follow(
        drawScenario(prng, {
          ops: this.options.ops,
          procs: this.ledger.procs,
          sizeclass: prng.pick(this.classes),
          born: () => this.born(),
        }),
      );
      return this.nextOfScenario(prng);
    }
    return this.byWeight(prng);
  }

  /** Draws the scenario that the trace begins with; mostly an empty one. */
  private opening(prng: Prng, procs: number, isEager: boolean): readonly Command[] {
    const born = () => this.born();
    const { ops } = this.options;
    const { distantScenarioStrideTraces, eagerDistantScenarioStrideTraces } = drawProbabilities;
    const { tightArenaPercent, eagerTightArenaPercent, shortArenaPercent } = drawProbabilities;
    const distant =
      DISTANT_SCENARIOS[prng.below(isEager ? eagerDistantScenarioStrideTraces : distantScenarioStrideTraces)];
    if (distant !== undefined && (ops.has('largeAlloc') || distant !== hugeObjects)) return distant(prng, procs, born);
    const hasPages = ops.has('allocStack') && ops.has('freeStack') && ops.has('largeAlloc');
    if (!prng.chance(isEager ? eagerTightArenaPercent : tightArenaPercent) || !hasPages) return [];
    return prng.chance(shortArenaPercent) ? shortArena(prng, born) : twinRuns(prng, born);
  }

  private follow(scenario: readonly Command[]): void {
    this.scenario = scenario;
    this.followed = 0;
  }

  /** Draws the next command of the scenario; if a fresh span blocks it, draws one that uses that span first. */
  private nextOfScenario(prng: Prng): Command {
    const command = at(this.scenario, this.followed);
    if (this.ledger.obstacle(command) !== undefined) return this.useFresh(prng);
    this.followed++;
    return command;
  }

  private byWeight(prng: Prng): Command {
    const op = this.swarmMask.pick(prng);
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
      case 'allocStack':
        return this.allocStack(prng);
      case 'freeStack':
        return this.stacks.length === 0
          ? this.smallAlloc(prng)
          : { op, stack: take(this.stacks, prng.below(this.stacks.length)) };
      default:
        return assertNever(op);
    }
  }

  private smallAlloc(prng: Prng): Command {
    const sizeclass = prng.pick(
      prng.below(drawProbabilities.strayClassStrideAllocations) === 0 ? this.strayClasses : this.classes,
    );
    return this.allocFrom(prng, this.p(prng), sizeclass);
  }

  private allocFrom(prng: Prng, p: number, sizeclass: number): Command {
    if (!this.options.ops.has('smallAlloc')) return this.otherAlloc(prng, p);
    const command = {
      op: 'smallAlloc',
      p,
      class: sizeclass,
      count: drawCount(prng, sizeclass),
      name: this.bornObject(),
    } as const;
    return this.hasPointers && prng.chance(drawProbabilities.pointersPercent)
      ? { ...command, pointers: true }
      : command;
  }

  /** Draws another allocation, for a system without smallAlloc. */
  private otherAlloc(prng: Prng, p: number): Command {
    const { ops } = this.options;
    if (ops.has('tinyAlloc')) return { op: 'tinyAlloc', p, size: drawAnyTinyBytes(prng), name: this.bornObject() };
    if (ops.has('largeAlloc')) return { op: 'largeAlloc', p, size: this.largeBytes(prng), name: this.bornObject() };
    return this.allocStack(prng);
  }

  private allocStack(prng: Prng): Command {
    const name = this.born();
    this.stacks.push(name);
    return { op: 'allocStack', pages: drawStackPages(prng), name };
  }

  /** Draws an allocation from a cached span that nothing was allocated from yet: no flush may come before it. */
  private useFresh(prng: Prng): Command {
    const { ledger } = this;
    for (let p = 0; p < ledger.procs; p++) {
      for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
        if (ledger.cacheOf(p, c) === CACHE_FRESH) {
          // Objects that the P hands out again do not come from that span.
          const count = Math.min(MAX_COUNT, 1 + ledger.reusable.of(p, c));
          return { op: 'smallAlloc', p, class: c, count, name: this.bornObject() };
        }
      }
    }
    return this.smallAlloc(prng);
  }

  /** Draws a freegc, or a free where the object has pointers, which freegc does not take. */
  private freegc(prng: Prng): Command {
    const command = { op: 'freegc', p: this.p(prng), object: this.takeObject(prng) } as const;
    if (this.ledger.obstacle(command) === undefined) return command;
    return this.options.ops.has('free') ? { op: 'free', object: command.object } : this.smallAlloc(prng);
  }

  private uncacheSpan(prng: Prng): Command {
    const p = this.p(prng);
    const { classes } = this;
    const from = prng.below(classes.length);
    for (let i = 0; i < classes.length; i++) {
      const sizeclass = at(classes, (from + i) % classes.length);
      if (this.ledger.cacheOf(p, sizeclass) === CACHE_USED) return { op: 'uncacheSpan', p, class: sizeclass };
    }
    return this.allocFrom(prng, p, at(classes, from));
  }

  private sweepSpan(prng: Prng): Command {
    let name = 1 + prng.below(this.lastName);
    // The name of a stack stands for the object born before it.
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
    const { objectsPerCollection } = drawProbabilities;
    return length <= objectsPerCollection || prng.below(length) < objectsPerCollection;
  }

  private setProcs(prng: Prng): Command {
    const procs = 1 + prng.below(this.maxTraceProcs);
    const command: Command = { op: 'setProcs', procs };
    return this.ledger.obstacle(command) === undefined ? command : this.useFresh(prng);
  }

  /** Draws a tiny allocation, mostly on the P of the last one, so that its block fills. */
  private tinyAlloc(prng: Prng): Command {
    if (this.tinyP >= this.ledger.procs || prng.chance(drawProbabilities.tinyChangesProcPercent))
      this.tinyP = this.p(prng);
    const p = this.tinyP;
    return { op: 'tinyAlloc', p, size: drawTinyBytes(prng, this.ledger.tiny.takenBytes(p)), name: this.bornObject() };
  }

  private largeBytes(prng: Prng): number {
    if (this.hugeLeft > 0 && prng.chance(drawProbabilities.hugeObjectPercent)) {
      this.hugeLeft--;
      return prng.pick(HUGE_LARGE_BYTES);
    }
    return drawLargeBytes(prng);
  }

  /** Draws an object to free and takes it out of play. */
  private takeObject(prng: Prng): number {
    const { objects } = this;
    const recent = Math.min(objects.length, drawProbabilities.recentObjects);
    const isRecent = prng.chance(drawProbabilities.recentObjectPercent);
    return take(objects, isRecent ? objects.length - 1 - prng.below(recent) : prng.below(objects.length));
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

/** Removes the name at `index`, in constant time: the last one takes its place. */
function take(names: number[], index: number): number {
  const name = at(names, index);
  const last = names.pop();
  if (last !== undefined && index < names.length) names[index] = last;
  return name;
}
