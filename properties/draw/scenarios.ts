/**
 * Plans: commands that a trace performs one after the other because chance alone would rarely put them in that
 * order. A plan only leads to where accounting breaks; what stands around it is drawn as ever.
 */
import { MAX_SMALL_SIZE_BYTES, NUM_SIZE_CLASSES, PAGE_SIZE_BYTES } from '../../model/sizeclasses';
import { bornBy, type Command, type Op } from '../trace/command';
import type { Prng } from './prng';
import { BOUNDARY_LARGE_BYTES, HUGE_LARGE_BYTES, boundaryCounts } from './boundaryValues';

/** A counter of 16 bits passes its end when so many objects of a class are freed between two flushes. */
const FLOOD_OBJECTS = 2 ** 16 + 1024;

/** Arrays of spans begin with room for 256, and bitmaps for 341 spans of three words; a span of the last class holds one object. */
const CROWD_SPANS = 350;

/** Names that a plan makes, at the most. */
export const MAX_SCENARIO_NAMES = NUM_SIZE_CLASSES;

/** The last class of which a span has more than 64 slots. */
const MANY_SLOTS_CLASS = 8;

/** Objects in one command of a flood. */
const FLOOD_COUNT = 2048;

export interface ScenarioContext {
  /** Commands that the system can perform. */
  readonly ops: ReadonlySet<Op>;
  /** Ps that there are now. */
  readonly procs: number;
  /** A class that the trace uses. */
  readonly sizeclass: number;
  /** Makes a name. */
  readonly born: () => number;
}

/** One of the plans that fit anywhere. */
export function drawScenario(prng: Prng, context: ScenarioContext): readonly Command[] {
  const roll = prng.below(100);
  if (roll < 15) return holes(prng, context);
  if (roll < 30 && context.procs > 1 && context.ops.has('tinyAlloc') && context.ops.has('setProcs'))
    return leaving(prng, context);
  return life(prng, context);
}

/** A whole life: born on one P, given up, condemned, swept by another, and then what flushes. */
function life(prng: Prng, { ops, procs, sizeclass, born }: ScenarioContext): readonly Command[] {
  const p = prng.below(procs);
  const sweeper = prng.below(procs);
  const name = born();
  // Classes of many slots more often: one sweep then frees more than a byte counts.
  const class_ = prng.chance(25) ? 1 + prng.below(MANY_SLOTS_CLASS) : sizeclass;
  const birth: Command =
    prng.chance(30) && ops.has('largeAlloc')
      ? { op: 'largeAlloc', p, size: largeBytes(prng), name }
      : { op: 'smallAlloc', p, class: class_, count: prng.pick(boundaryCounts(class_)), name };
  const commands: Command[] = [
    birth,
    { op: 'free', object: name },
    { op: 'gcStart', p },
    { op: 'sweepSpan', p: sweeper, object: name },
  ];
  if (prng.chance(50) && ops.has('readMemStats')) commands.push({ op: 'readMemStats' });
  else if (sweeper > 0 && ops.has('setProcs')) commands.push({ op: 'setProcs', procs: sweeper });
  return commands;
}

/** A span of many slots with two holes, the second in the word after the first; then both are filled. */
function holes(prng: Prng, { procs, born }: ScenarioContext): readonly Command[] {
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

/** A P that goes away with tiny allocations that it has not flushed. */
function leaving(prng: Prng, { procs, born }: ScenarioContext): readonly Command[] {
  const p = 1 + prng.below(procs - 1);
  const tiny = (): Command => ({ op: 'tinyAlloc', p, size: 1 + prng.below(8), name: born() });
  return [tiny(), tiny(), tiny(), { op: 'setProcs', procs: p }];
}

/** An arena that is free as a whole and one page shorter than the next object. */
export function shortArena(prng: Prng, born: () => number): readonly Command[] {
  const stack = born();
  return [
    { op: 'allocStack', pages: 1 + prng.below(128), name: stack },
    { op: 'freeStack', stack },
    { op: 'largeAlloc', p: 0, size: 128 * PAGE_SIZE_BYTES + 1, name: born() },
  ];
}

/**
 * Two free runs that are too long for a free list of their own, of one length or nearly so, given back in either order; then
 * pages from one of them.
 */
export function twinRuns(prng: Prng, born: () => number): readonly Command[] {
  // The arena grows by a multiple of 8 pages; what is left over becomes the wall behind the run.
  const wall = 1 + prng.below(7);
  const first = 136 + 8 * prng.below(4) - wall;
  const second = first + 8 * prng.below(2);
  const stacks = [first, wall, second, wall].map((pages): Command => ({ op: 'allocStack', pages, name: born() }));
  const runs = [bornBy(stacks[0]), bornBy(stacks[2])];
  if (prng.chance(25)) runs.reverse();
  return [
    ...stacks,
    ...runs.map((stack): Command => ({ op: 'freeStack', stack })),
    { op: 'largeAlloc', p: 0, size: (first - prng.below(8)) * PAGE_SIZE_BYTES, name: born() },
  ];
}

/** More spans than the arrays of spans begin with, through two collections: what grows must keep what it held. */
export function crowd(prng: Prng, procs: number, born: () => number): readonly Command[] {
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

/** More objects of one class than 16 bits count, all dead, and one P that sweeps them all. */
export function flood(prng: Prng, procs: number, born: () => number): readonly Command[] {
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

/** An object of every class, so that each row of the tables is used. */
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

/** Two objects of gigabytes: totals of bytes pass the end of 32 bits. */
export function huge(prng: Prng, procs: number, born: () => number): readonly Command[] {
  const birth = (): Command => ({
    op: 'largeAlloc',
    p: prng.below(procs),
    size: prng.pick(HUGE_LARGE_BYTES),
    name: born(),
  });
  return [birth(), birth()];
}

function largeBytes(prng: Prng): number {
  return prng.chance(50)
    ? prng.pick(BOUNDARY_LARGE_BYTES)
    : MAX_SMALL_SIZE_BYTES + 1 + prng.below(150 * PAGE_SIZE_BYTES);
}
