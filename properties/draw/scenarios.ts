/**
 * Scenarios: short sequences of commands that chance alone would rarely draw in that order. A scenario only leads to a
 * state in which accounting breaks; the commands around it are drawn as usual.
 */
import { MAX_SMALL_SIZE_BYTES, NUM_SIZE_CLASSES, PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import { at } from '../at';
import { bornBy, type Command, type Op } from '../trace/command';
import { BOUNDARY_LARGE_BYTES, HUGE_LARGE_BYTES, boundaryCounts } from './boundaryValues';
import { drawProbabilities } from './drawProbabilities';
import type { Prng } from './prng';

/** Objects of one class that overflow a 16-bit counter when they are freed between two flushes. */
const FLOOD_OBJECTS = 2 ** 16 + 1024;

/**
 * Spans that outgrow the model's arrays, which begin with room for 256, and its bitmaps, which begin with room for 341 of
 * three words. A span of the last class holds one object.
 */
const CROWD_SPANS = 350;

/** The most names that a scenario brings into play. */
export const MAX_SCENARIO_NAMES = NUM_SIZE_CLASSES;

/** The last class whose spans have more than 64 slots. */
const MANY_SLOTS_CLASS = 8;

/** Objects that one command of a flood allocates. */
const FLOOD_COUNT = 2048;

export interface ScenarioContext {
  /** Commands that the system can perform. */
  readonly ops: ReadonlySet<Op>;
  /** The current number of Ps. */
  readonly procs: number;
  /** A class that the trace uses. */
  readonly sizeclass: number;
  /** Returns a name that is not in use. */
  readonly born: () => number;
}

/** Draws one of the scenarios that fit anywhere in a trace. */
export function drawScenario(prng: Prng, context: ScenarioContext): readonly Command[] {
  const { holesPercent, departurePercent } = drawProbabilities;
  const { ops, procs } = context;
  const roll = prng.below(100);
  if (roll < holesPercent) return spanWithHoles(prng, context);
  const canDepart = procs > 1 && ops.has('tinyAlloc') && ops.has('setProcs');
  return roll < holesPercent + departurePercent && canDepart ? departure(prng, context) : spanLife(prng, context);
}

/** The life of a span: allocated on one P, freed, collected, swept by another P, and then flushed. */
function spanLife(prng: Prng, { ops, procs, sizeclass, born }: ScenarioContext): readonly Command[] {
  const p = prng.below(procs);
  const sweeper = prng.below(procs);
  const name = born();
  // Prefers classes with many slots: one sweep then frees more objects than a byte can count.
  const class_ = prng.chance(drawProbabilities.manySlotsClassPercent) ? 1 + prng.below(MANY_SLOTS_CLASS) : sizeclass;
  const birth: Command =
    prng.chance(drawProbabilities.largeLifePercent) && ops.has('largeAlloc')
      ? { op: 'largeAlloc', p, size: largeBytes(prng), name }
      : { op: 'smallAlloc', p, class: class_, count: prng.pick(boundaryCounts(class_)), name };
  const commands: Command[] = [
    birth,
    { op: 'free', object: name },
    { op: 'gcStart', p },
    { op: 'sweepSpan', p: sweeper, object: name },
  ];
  if (prng.chance(drawProbabilities.readAfterLifePercent) && ops.has('readMemStats'))
    commands.push({ op: 'readMemStats' });
  else if (sweeper > 0 && ops.has('setProcs')) commands.push({ op: 'setProcs', procs: sweeper });
  return commands;
}

/** A span of many slots with two holes, the second one a bitmap word after the first, and allocations that fill both. */
function spanWithHoles(prng: Prng, { procs, born }: ScenarioContext): readonly Command[] {
  const p = prng.below(procs);
  const sizeclass = 1 + prng.below(MANY_SLOTS_CLASS);
  const alloc = (count: number): Command => ({ op: 'smallAlloc', p, class: sizeclass, count, name: born() });
  const first = 1 + prng.below(31);
  const between = 32 - first + prng.below(first);
  const [hole, wall, secondHole] = [alloc(first), alloc(between), alloc(4)];
  const frees = [hole, secondHole].map((birth): Command => ({ op: 'free', object: bornBy(birth) }));
  const sweep: Command = { op: 'sweepSpan', p, object: bornBy(wall) };
  return [{ op: 'gcStart', p }, hole, wall, secondHole, ...frees, { op: 'gcStart', p }, sweep, alloc(first + 4)];
}

/** A P that is destroyed while it holds tiny allocations that it has not flushed. */
function departure(prng: Prng, { procs, born }: ScenarioContext): readonly Command[] {
  const p = 1 + prng.below(procs - 1);
  const tiny = (): Command => ({ op: 'tinyAlloc', p, size: 1 + prng.below(8), name: born() });
  return [tiny(), tiny(), tiny(), { op: 'setProcs', procs: p }];
}

/** An arena that is all free, and an object one page too long for it. */
export function shortArena(prng: Prng, born: () => number): readonly Command[] {
  const stack = born();
  return [
    { op: 'allocStack', pages: 1 + prng.below(128), name: stack },
    { op: 'freeStack', stack },
    { op: 'largeAlloc', p: 0, size: 128 * PAGE_SIZE_BYTES + 1, name: born() },
  ];
}

/**
 * Two free runs of the same or nearly the same length, both too long for a free list of their own, given back in either
 * order; then an object that takes its pages from one of them.
 */
export function twinRuns(prng: Prng, born: () => number): readonly Command[] {
  // The arena grows by a multiple of 8 pages; the rest becomes the wall behind the run.
  const wall = 1 + prng.below(7);
  const first = 136 + 8 * prng.below(4) - wall;
  const second = first + 8 * prng.below(2);
  const stacks = [first, wall, second, wall].map((pages): Command => ({ op: 'allocStack', pages, name: born() }));
  const runs = [bornBy(at(stacks, 0)), bornBy(at(stacks, 2))];
  if (prng.chance(drawProbabilities.reversedRunsPercent)) runs.reverse();
  return [
    ...stacks,
    ...runs.map((stack): Command => ({ op: 'freeStack', stack })),
    { op: 'largeAlloc', p: 0, size: (first - prng.below(8)) * PAGE_SIZE_BYTES, name: born() },
  ];
}

/** More spans than the arrays begin with, kept through two collections: an array that grows must keep its contents. */
export function crowdOfSpans(prng: Prng, procs: number, born: () => number): readonly Command[] {
  const p = prng.below(procs);
  const birth: Command = { op: 'smallAlloc', p, class: NUM_SIZE_CLASSES - 1, count: CROWD_SPANS, name: born() };
  return [
    birth,
    { op: 'gcStart', p },
    { op: 'gcStart', p: prng.below(procs) },
    { op: 'free', object: bornBy(birth) },
    { op: 'gcStart', p },
  ];
}

/** More dead objects of one class than 16 bits can count, all swept by one P. */
export function floodOfObjects(prng: Prng, procs: number, born: () => number): readonly Command[] {
  const p = prng.below(procs);
  const sizeclass = 1 + prng.below(2);
  const names = Array.from({ length: Math.ceil(FLOOD_OBJECTS / FLOOD_COUNT) }, born);
  return [
    ...names.map((name): Command => ({ op: 'smallAlloc', p, class: sizeclass, count: FLOOD_COUNT, name })),
    ...names.map((object): Command => ({ op: 'free', object })),
    { op: 'gcStart', p },
    { op: 'gcStart', p: prng.below(procs) },
  ];
}

/** One object of every class, so that every row of the size class tables is used. */
export function everyClass(prng: Prng, procs: number, born: () => number): readonly Command[] {
  const p = prng.below(procs);
  return Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i): Command => ({
    op: 'smallAlloc',
    p,
    class: i + 1,
    count: 1,
    name: born(),
  }));
}

/** Two objects of gigabytes, which make the totals of bytes overflow 32 bits. */
export function hugeObjects(prng: Prng, procs: number, born: () => number): readonly Command[] {
  const birth = (): Command => ({
    op: 'largeAlloc',
    p: prng.below(procs),
    size: prng.pick(HUGE_LARGE_BYTES),
    name: born(),
  });
  return [birth(), birth()];
}

function largeBytes(prng: Prng): number {
  return prng.chance(drawProbabilities.boundaryLargeLifePercent)
    ? prng.pick(BOUNDARY_LARGE_BYTES)
    : MAX_SMALL_SIZE_BYTES + 1 + prng.below(150 * PAGE_SIZE_BYTES);
}
