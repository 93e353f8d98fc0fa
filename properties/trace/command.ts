/**
 * A command: plain data, a discriminated union on `op`, all of which can be written to a file. Each system has one
 * interpreter for it, and the same data is replayed, explained and exported.
 *
 * **Names.** A command that brings an object or a stack into play gives it a name, a positive integer; later
 * commands refer to that name. A name is born once in a trace and never means anything else, so removing an earlier
 * command cannot change the meaning of a later one: the later one is no longer applicable.
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

/** Allocates `count` objects of size class `class` (1 to 66); they share one name and are freed together. */
export interface SmallAlloc {
  readonly op: 'smallAlloc';
  readonly p: number;
  readonly class: number;
  readonly count: number;
  readonly name: number;
  /**
   * Set if the objects have pointers. A system that keeps such objects in spans of their own
   * (`SystemTraits.hasSpanClasses`) does not take them from the span that P `p` has cached for the class; for other
   * systems it makes no difference. Objects of class 1 always have pointers, since others of eight bytes are tiny.
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

/** Drops the last reference to the objects of that name; the next collection finds them dead. */
export interface Free {
  readonly op: 'free';
  readonly object: number;
}

/**
 * Tells the P that nothing refers to the objects of that name any more (`runtime.freegc` of Go 1.26, malloc.go). Until its
 * next flush, the P may hand them out again to the next allocations of their class without pointers, the last one first; in
 * the statistics they stay live all the while. Objects that it does not take (tiny, class 1, large) are dead as after
 * `free`. It does not take objects with pointers yet: it throws.
 */
export interface Freegc {
  readonly op: 'freegc';
  readonly p: number;
  readonly object: number;
}

/**
 * Makes the P give back the span that it has cached for the class, if that has a free slot left, and take another one from
 * the central list (`mcache.refill`). Nothing is allocated. No flush may come before something is, since the runtime throws
 * when it uncaches a span without objects.
 */
export interface CacheSpan {
  readonly op: 'cacheSpan';
  readonly p: number;
  readonly class: number;
}

/** Makes the P give back the span that it has cached for the class. */
export interface UncacheSpan {
  readonly op: 'uncacheSpan';
  readonly p: number;
  readonly class: number;
}

/**
 * Makes the P sweep the span in which the first object of that name was born, if the span still needs it. The object may
 * be freed already: its name still identifies the span.
 */
export interface SweepSpan {
  readonly op: 'sweepSpan';
  readonly p: number;
  readonly object: number;
}

/** Makes the P finish the sweep of the last cycle and start a collection; the new sweep is left open. */
export interface GcStart {
  readonly op: 'gcStart';
  readonly p: number;
}

/** Calls `runtime.ReadMemStats`, which stops the world and flushes all Ps. */
export interface ReadMemStats {
  readonly op: 'readMemStats';
}

/** Calls `GOMAXPROCS(procs)`. */
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

/** The name of a command. */
export type Op = Command['op'];

/** Every command with a line that describes it, for `spancheck list commands`. */
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

/** Commands that any allocator can have. Only Go's runtime has freegc. */
export const COMMON_OPS: ReadonlySet<Op> = new Set((Object.keys(OPS) as Op[]).filter((op) => op !== 'freegc'));

/** The most commands of a trace. */
export const MAX_COMMANDS = 100_000;

/** The largest name; the smallest is 1. */
export const MAX_NAME = 1_000_000;

/** The most objects of one smallAlloc: enough to overflow a 16-bit count. */
export const MAX_COUNT = 2 ** 16;

/** The most bytes of one large object. */
export const MAX_LARGE_BYTES = 2 ** 35;

/** The most pages of one stack. */
export const MAX_STACK_PAGES = 2 ** 17;

/** Returns the name that the command gives to a new object or stack, or 0. */
export function bornBy(command: Command): number {
  return 'name' in command ? command.name : 0;
}

/** Returns the name that the command refers to, or 0. */
export function refersTo(command: Command): number {
  if ('object' in command) return command.object;
  if ('stack' in command) return command.stack;
  return 0;
}

/** Returns whether the command allocates objects with pointers. */
export function hasPointers(command: Command): boolean {
  return command.op === 'smallAlloc' && command.pointers === true;
}
