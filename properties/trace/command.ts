/**
 * The commands: plain data, a discriminated union on `op`. What can be written to a file is all there is;
 * one interpreter per system runs them, and the same data is replayed, explained and exported.
 *
 * **Names.** A command that brings an object or a stack into play gives it a name, a positive integer; later
 * commands refer to that name. A name is born once in a trace and never means anything else, so removing
 * an earlier command cannot change what a later one talks about: it makes it not applicable.
 *
 * `p` is the P that performs the command, 0 to `procs - 1`.
 */
export type Command =
  | SmallAlloc
  | TinyAlloc
  | LargeAlloc
  | Free
  | Freegc
  | CacheSpan
  | UncacheSpan
  | SweepSpan
  | GcStart
  | ReadMemStats
  | SetProcs
  | AllocStack
  | FreeStack;

/** Allocates `count` objects of size class `class` (1 to 66); they share one name and one end. */
export interface SmallAlloc {
  readonly op: 'smallAlloc';
  readonly p: number;
  readonly class: number;
  readonly count: number;
  readonly name: number;
  /**
   * Whether the objects have pointers. Where the system has spans of their own for those (`System.hasSpanClasses`) they
   * have nothing to do with what P `p` has cached for the class; elsewhere it makes no difference. Objects of class
   * 1 always have some, since others of eight bytes are tiny.
   */
  readonly pointers?: true | undefined;
}

/** Allocates an object without pointers of `size` bytes, 0 to 15. */
export interface TinyAlloc {
  readonly op: 'tinyAlloc';
  readonly p: number;
  readonly size: number;
  readonly name: number;
}

/** Allocates an object of `size` bytes, 32,769 or more. */
export interface LargeAlloc {
  readonly op: 'largeAlloc';
  readonly p: number;
  readonly size: number;
  readonly name: number;
}

/** The last reference to the objects of that name goes; the next collection finds them dead. */
export interface Free {
  readonly op: 'free';
  readonly object: number;
}

/**
 * The P is told that nothing refers to the objects of that name any more (`runtime.freegc` of Go 1.26, malloc.go). It may
 * hand them out again at once, to the next allocations of their class without pointers, the last of them first, until it
 * is flushed; to the statistics they have lived all the while. What it does not take (tiny objects, class 1, large ones)
 * is dead as after `free`. Objects with pointers are none of its business yet: it throws.
 */
export interface Freegc {
  readonly op: 'freegc';
  readonly p: number;
  readonly object: number;
}

/**
 * The P gives back the span that it has cached for the class, if that has a free slot left, and takes another
 * from the central list (`mcache.refill`). Nothing is allocated; until something is, no flush may come, since
 * the runtime throws when it uncaches a span without objects.
 */
export interface CacheSpan {
  readonly op: 'cacheSpan';
  readonly p: number;
  readonly class: number;
}

/** The P gives back the span that it has cached for the class. */
export interface UncacheSpan {
  readonly op: 'uncacheSpan';
  readonly p: number;
  readonly class: number;
}

/**
 * The P sweeps the span in which the first object of that name was born, if it still needs it. The name may
 * be of an object that is freed already: it still says which span is meant.
 */
export interface SweepSpan {
  readonly op: 'sweepSpan';
  readonly p: number;
  readonly object: number;
}

/** The P ends the sweep of the cycle before and starts a collection; its sweep is left open. */
export interface GcStart {
  readonly op: 'gcStart';
  readonly p: number;
}

/** `runtime.ReadMemStats`: stops the world and flushes all Ps. */
export interface ReadMemStats {
  readonly op: 'readMemStats';
}

/** `GOMAXPROCS(procs)`. */
export interface SetProcs {
  readonly op: 'setProcs';
  readonly procs: number;
}

/** Takes a stack of `pages` pages from the page heap. */
export interface AllocStack {
  readonly op: 'allocStack';
  readonly pages: number;
  readonly name: number;
}

/** Gives a stack back. */
export interface FreeStack {
  readonly op: 'freeStack';
  readonly stack: number;
}

export type Op = Command['op'];

/** Every command with one line on what it does: `spancheck list commands`. */
export const OPS: Readonly<Record<Op, string>> = {
  smallAlloc: 'allocate count objects of a size class from the span that P p has cached',
  tinyAlloc: 'allocate 0 to 15 bytes without pointers, into the tiny block of P p if they fit',
  largeAlloc: 'allocate an object above 32,768 bytes in a span of its own',
  free: 'drop the last reference to an object; the next collection finds it dead',
  freegc: 'P p is given an object back, and hands it out again, without a collection (Go 1.26)',
  cacheSpan: 'P p gives back its span of a class if it has a free slot and takes another (refill)',
  uncacheSpan: 'P p gives its cached span of a class back to the central list',
  sweepSpan: 'P p sweeps the span in which an object was born, if it still needs it',
  gcStart: 'P p ends the last sweep and starts a collection; its sweep is left open',
  readMemStats: 'stop the world, flush all Ps and read the statistics',
  setProcs: 'change GOMAXPROCS; Ps that go away are flushed (procresize)',
  allocStack: 'take a goroutine stack from the page heap',
  freeStack: 'give a goroutine stack back',
};

/** Commands that any allocator can have. freegc is of Go's runtime alone: a list of dead objects that nothing counts. */
export const COMMON_OPS: ReadonlySet<Op> = new Set((Object.keys(OPS) as Op[]).filter((op) => op !== 'freegc'));

/** The largest name; the smallest is 1. */
export const MAX_NAME = 1_000_000;

/** Objects that one smallAlloc may ask for: enough to wrap a count of 16 bits. */
export const MAX_COUNT = 2 ** 16;

/** Bytes of one large object, at the most. */
export const MAX_LARGE_BYTES = 2 ** 35;

/** Pages of one stack, at the most. */
export const MAX_STACK_PAGES = 2 ** 17;

/** The name that the command gives to what it brings into play, or 0. */
export function bornBy(command: Command): number {
  return 'name' in command ? command.name : 0;
}

/** The name that the command refers to, or 0. */
export function refersTo(command: Command): number {
  if ('object' in command) return command.object;
  if ('stack' in command) return command.stack;
  return 0;
}

/** Whether the command brings objects with pointers into play. */
export function hasPointers(command: Command): boolean {
  return command.op === 'smallAlloc' && command.pointers === true;
}
