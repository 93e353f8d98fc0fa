/**
 * The ledger: an independent account of a trace, kept from the commands alone in the simplest possible way. It knows
 * which names are in play, and so which commands apply, and how much was allocated, dropped and, if a collection sweeps
 * at once, freed. It never sees a counter of the system.
 */
import { MAX_PROCS } from '../../model/mcache';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, TINY_SIZE_CLASS } from '../../model/sizeclasses';
import type { Command, SmallAlloc } from '../trace/command';
import { growArray } from './growArray';
import { ReusableCounts } from './reusableCounts';
import { TinyBlocks } from './tinyBlocks';
import { assertNever } from '../assertNever';

/** The kinds of a name. */
export const UNBORN = 0;
export const OBJECT = 1;
export const FREED_OBJECT = 2;
export const STACK = 3;
export const FREED_STACK = 4;

/** The states of a cache cell, as far as the commands determine them: no span. */
export const CACHE_EMPTY = 0;
/** A span from which nothing was allocated since it was cached: it may hold no object. */
export const CACHE_FRESH = 1;
/** A span from which something was allocated since it was cached. */
export const CACHE_USED = 2;

export class Ledger {
  procs = 1;
  /** The kind of each name: `UNBORN`, `OBJECT`, … */
  kind = new Uint8Array(1024);
  /** The size class of each object; 0 for a large one. */
  sizeclass = new Uint8Array(1024);
  /** The amount behind each name: small objects, bytes of a large object, or pages of a stack. */
  amount = new Float64Array(1024);
  /** 1 for each name whose objects have pointers. */
  private hasPointers = new Uint8Array(1024);
  /** The tiny block of each tiny object; 0 for all others. */
  block = new Int32Array(1024);
  /** The objects in each tiny block that are still referred to. */
  private blockRefs = new Int32Array(1024);
  /** The highest name so far. */
  namesUsed = 0;
  private blocksUsed = 0;

  readonly tiny = new TinyBlocks();
  /** The cache cells by P and class: `CACHE_EMPTY`, … */
  readonly cache = new Uint8Array(MAX_PROCS * NUM_SIZE_CLASSES);
  /** The number of cells that are `CACHE_FRESH`. */
  freshCells = 0;

  /** The size classes that were allocated or cached so far, in the order of first use. */
  readonly classes = new Uint8Array(NUM_SIZE_CLASSES);
  classesLength = 0;
  private readonly classIsInPlay = new Uint8Array(NUM_SIZE_CLASSES);

  /**
   * The slots that each P may hand out again. A refill for a tiny block clears them too, but the commands do not tell
   * when one happens: a caller that follows events must clear them itself, and without events this is an upper bound.
   */
  readonly reusable = new ReusableCounts();

  /**
   * Slots ever allocated, by class; row 0 counts large objects. A tiny block counts as one slot, and a slot that is
   * handed out again does not count.
   */
  readonly mallocs = new Float64Array(NUM_SIZE_CLASSES);
  /** Slots by class whose objects were dropped since the last collection. */
  readonly dropped = new Float64Array(NUM_SIZE_CLASSES);
  /** Slots by class that a collection found dead. They are freed when their span is swept. */
  readonly condemned = new Float64Array(NUM_SIZE_CLASSES);
  /** Bytes of large objects that were allocated, dropped and condemned, rounded up to pages. */
  largeAllocBytes = 0;
  largeDroppedBytes = 0;
  largeCondemnedBytes = 0;
  stackPages = 0;
  collections = 0;
  /**
   * True if a collection keeps the current tiny block of each P even if nothing refers to it, as the runtime does
   * (`gcMarkTinyAllocs`).
   */
  keepsTinyBlocks = false;
  /** Tiny blocks that the last collection kept although nothing refers to them. */
  readonly keptBlocks: number[] = [];
  /** True if a flushing read follows each command. */
  readsEachStep = false;

  reset(procs: number, readsEachStep = false): void {
    this.procs = procs;
    this.readsEachStep = readsEachStep;
    this.keptBlocks.length = 0;
    this.kind.fill(UNBORN, 0, this.namesUsed + 1);
    this.block.fill(0, 0, this.namesUsed + 1);
    this.blockRefs.fill(0, 0, this.blocksUsed + 1);
    this.namesUsed = 0;
    this.blocksUsed = 0;
    this.tiny.reset();
    this.reusable.reset();
    this.cache.fill(CACHE_EMPTY);
    this.freshCells = 0;
    this.classesLength = 0;
    this.classIsInPlay.fill(0);
    this.mallocs.fill(0);
    this.dropped.fill(0);
    this.condemned.fill(0);
    this.largeAllocBytes = 0;
    this.largeDroppedBytes = 0;
    this.largeCondemnedBytes = 0;
    this.stackPages = 0;
    this.collections = 0;
  }

  /** Returns the reason why the command does not apply now; undefined if it does. */
  obstacle(command: Command): string | undefined {
    switch (command.op) {
      case 'smallAlloc':
      case 'tinyAlloc':
      case 'largeAlloc':
        if (command.p >= this.procs) return NO_SUCH_P;
        return this.kindOf(command.name) === UNBORN ? undefined : TAKEN;
      case 'allocStack':
        return this.kindOf(command.name) === UNBORN ? undefined : TAKEN;
      case 'free':
        return this.kindOf(command.object) === OBJECT ? undefined : NOT_IN_PLAY;
      case 'freegc':
        if (command.p >= this.procs) return NO_SUCH_P;
        if (this.kindOf(command.object) !== OBJECT) return NOT_IN_PLAY;
        return this.hasPointers[command.object] === 0 ? undefined : 'freegc takes no objects with pointers';
      case 'sweepSpan':
        if (command.p >= this.procs) return NO_SUCH_P;
        return this.wasBornObject(command.object) ? undefined : 'the object was never born';
      case 'freeStack':
        return this.kindOf(command.stack) === STACK ? undefined : 'the stack is not in play';
      case 'cacheSpan':
        if (command.p >= this.procs) return NO_SUCH_P;
        if (this.readsEachStep) return 'a read follows each command, and flushes the P';
        return this.cacheOf(command.p, command.class) === CACHE_FRESH
          ? 'the P has such a span and allocated nothing from it'
          : undefined;
      case 'uncacheSpan':
        if (command.p >= this.procs) return NO_SUCH_P;
        return this.cacheOf(command.p, command.class) === CACHE_USED
          ? undefined
          : 'the P has no span of the class from which it allocated';
      case 'gcStart':
        if (command.p >= this.procs) return NO_SUCH_P;
        return this.freshCells === 0 ? undefined : FRESH;
      case 'readMemStats':
        return this.freshCells === 0 ? undefined : FRESH;
      case 'setProcs':
        return this.isFreshFrom(command.procs) ? FRESH : undefined;
      default:
        return assertNever(command);
    }
  }

  /** Applies a command, for which `obstacle` must return undefined. */
  apply(command: Command): void {
    switch (command.op) {
      case 'smallAlloc':
        this.smallAlloc(command);
        break;
      case 'tinyAlloc':
        this.tinyAlloc(command.p, command.size, command.name);
        break;
      case 'largeAlloc': {
        const bytes = Math.ceil(command.size / PAGE_SIZE_BYTES) * PAGE_SIZE_BYTES;
        this.introduce(command.name, OBJECT, 0, bytes);
        this.mallocs[0]++;
        this.largeAllocBytes += bytes;
        break;
      }
      case 'free':
        this.free(command.object);
        break;
      case 'freegc':
        this.free(command.object);
        if (this.isReusable(command.object)) {
          this.reusable.add(command.p, this.sizeclass[command.object], this.amount[command.object]);
        }
        break;
      case 'cacheSpan':
        this.setCache(command.p, command.class, CACHE_FRESH);
        this.reusable.clear(command.p, command.class);
        break;
      case 'uncacheSpan':
        this.setCache(command.p, command.class, CACHE_EMPTY);
        this.reusable.clear(command.p, command.class);
        break;
      case 'sweepSpan':
        break;
      case 'gcStart':
        this.collect();
        this.flush(0);
        break;
      case 'readMemStats':
        this.flush(0);
        break;
      case 'setProcs':
        this.flush(command.procs);
        this.procs = command.procs;
        break;
      case 'allocStack':
        this.introduce(command.name, STACK, 0, command.pages);
        this.stackPages += command.pages;
        break;
      case 'freeStack':
        this.kind[command.stack] = FREED_STACK;
        this.stackPages -= this.amount[command.stack];
        break;
    }
    if (this.readsEachStep) this.flush(0);
  }

  /** Flushes all Ps from `from` on: cached spans, tiny blocks and reusable slots. */
  flush(from: number): void {
    this.cache.fill(CACHE_EMPTY, from * NUM_SIZE_CLASSES, this.procs * NUM_SIZE_CLASSES);
    for (let p = from; p < this.procs; p++) this.tiny.forget(p);
    this.reusable.clearFrom(from);
    // freshCells stays: a command that would flush a fresh cell does not apply.
  }

  cacheOf(p: number, sizeclass: number): number {
    return this.cache[p * NUM_SIZE_CLASSES + sizeclass];
  }

  kindOf(name: number): number {
    return name < this.kind.length ? this.kind[name] : UNBORN;
  }

  /** Reports whether the name belongs to an object, in play or freed. */
  wasBornObject(name: number): boolean {
    const kind = this.kindOf(name);
    return kind === OBJECT || kind === FREED_OBJECT;
  }

  /** Reports whether freegc makes the objects of a name reusable: small ones without pointers that are not tiny. */
  isReusable(name: number): boolean {
    return this.sizeclass[name] > 1 && this.block[name] === 0 && this.amount[name] > 0 && this.hasPointers[name] === 0;
  }

  /** Reports whether nothing refers to the slot of this object any more. */
  isDead(name: number): boolean {
    const block = this.block[name];
    return block === 0 ? this.kind[name] === FREED_OBJECT : this.blockRefs[block] === 0;
  }

  /** Brings a name into play. */
  private introduce(name: number, kind: number, sizeclass: number, amount: number): void {
    if (name >= this.kind.length) this.grow(name);
    if (name > this.namesUsed) this.namesUsed = name;
    this.kind[name] = kind;
    this.sizeclass[name] = sizeclass;
    this.amount[name] = amount;
    this.hasPointers[name] = 0;
  }

  private smallAlloc({ p, class: sizeclass, count, name, pointers }: SmallAlloc): void {
    this.introduce(name, OBJECT, sizeclass, count);
    // Objects with pointers come from a span that no cacheSpan has cached; where they do not, a span that is fresh
    // counts as fresh for longer than it is.
    if (pointers === true && sizeclass > 1) {
      this.hasPointers[name] = 1;
      this.bringIntoPlay(sizeclass);
      this.mallocs[sizeclass] += count;
      return;
    }
    const fresh = count - this.reusable.take(p, sizeclass, count);
    // A reused slot leaves the cached span as it is.
    if (fresh > 0) this.setCache(p, sizeclass, CACHE_USED);
    this.mallocs[sizeclass] += fresh;
  }

  private tinyAlloc(p: number, sizeBytes: number, name: number): void {
    if (sizeBytes === 0) {
      this.introduce(name, OBJECT, TINY_SIZE_CLASS, 0);
      return;
    }
    this.introduce(name, OBJECT, TINY_SIZE_CLASS, 1);
    const block = this.tiny.allocate(p, sizeBytes);
    if (block >= this.blockRefs.length) this.blockRefs = growArray(this.blockRefs, block);
    this.blocksUsed = Math.max(this.blocksUsed, block);
    this.block[name] = block;
    if (this.tiny.lastWasHit) {
      if (this.blockRefs[block] === 0) this.dropped[TINY_SIZE_CLASS]--;
    } else {
      this.mallocs[TINY_SIZE_CLASS]++;
      this.setCache(p, TINY_SIZE_CLASS, CACHE_USED);
    }
    this.blockRefs[block]++;
  }

  private free(name: number): void {
    this.kind[name] = FREED_OBJECT;
    const sizeclass = this.sizeclass[name];
    const block = this.block[name];
    if (block !== 0) {
      if (--this.blockRefs[block] === 0) this.dropped[sizeclass]++;
    } else if (sizeclass === 0) {
      this.dropped[0]++;
      this.largeDroppedBytes += this.amount[name];
    } else {
      this.dropped[sizeclass] += this.amount[name];
    }
  }

  /** Condemns all dropped slots, as a collection does. */
  private collect(): void {
    this.collections++;
    for (let c = 0; c < NUM_SIZE_CLASSES; c++) {
      this.condemned[c] += this.dropped[c];
      this.dropped[c] = 0;
    }
    this.keptBlocks.length = 0;
    for (let p = 0; this.keepsTinyBlocks && p < this.procs; p++) {
      const block = this.tiny.currentOf(p);
      if (block !== 0 && this.blockRefs[block] === 0) this.keptBlocks.push(block);
    }
    this.condemned[TINY_SIZE_CLASS] -= this.keptBlocks.length;
    this.dropped[TINY_SIZE_CLASS] += this.keptBlocks.length;
    this.largeCondemnedBytes += this.largeDroppedBytes;
    this.largeDroppedBytes = 0;
  }

  private setCache(p: number, sizeclass: number, state: number): void {
    this.bringIntoPlay(sizeclass);
    const cell = p * NUM_SIZE_CLASSES + sizeclass;
    if (this.cache[cell] === CACHE_FRESH) this.freshCells--;
    if (state === CACHE_FRESH) this.freshCells++;
    this.cache[cell] = state;
  }

  private bringIntoPlay(sizeclass: number): void {
    if (this.classIsInPlay[sizeclass] !== 0) return;
    this.classIsInPlay[sizeclass] = 1;
    this.classes[this.classesLength++] = sizeclass;
  }

  private isFreshFrom(p: number): boolean {
    if (this.freshCells === 0) return false;
    for (let cell = p * NUM_SIZE_CLASSES; cell < this.procs * NUM_SIZE_CLASSES; cell++) {
      if (this.cache[cell] === CACHE_FRESH) return true;
    }
    return false;
  }

  private grow(name: number): void {
    this.kind = growArray(this.kind, name);
    this.sizeclass = growArray(this.sizeclass, name);
    this.amount = growArray(this.amount, name);
    this.block = growArray(this.block, name);
    this.hasPointers = growArray(this.hasPointers, name);
  }
}

const NOT_IN_PLAY = 'the object is not in play';
const NO_SUCH_P = 'there is no such P now';
const TAKEN = 'the name is taken';
const FRESH = 'a P has cached a span and allocated nothing from it';
