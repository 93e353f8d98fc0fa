/**
 * The ledger of spans: which slots the objects of the commands lie in, followed by the moves that a system
 * tells (who went where), never by a counter. With it frees, live slots and `heap_live` are known at
 * every step, however the sweep goes, and a slot that is handed out twice is noticed.
 */
import {
  CACHED,
  COLLECTED,
  MOVE_STRIDE,
  NONE_FREE,
  PLACED,
  REUSED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  type Moves,
} from '../model/moves';
import {
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  TINY_SIZE_CLASS,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
} from '../model/sizeclasses';
import { Asked } from './asked';
import type { Command } from './command';
import type { Drift } from './drift';
import type { Ledger } from './ledger';
import { Places, SLOT_BITS, SLOT_MASK } from './places';
import { NO_PLACE, ReusablePlaces, wrongPlace } from './reusable';
import { REFERRED, Slots } from './slots';
import { classOf, nelemsOf, pointersOf } from './spanFacts';
import { NOBODY, SpanTable } from './spanTable';
import {
  CACHED_PARTLY_USED,
  FILLED_TO_THE_LAST_SLOT,
  GAVE_A_SPAN_BACK,
  GIVEN_BACK_WITH_ONE_SLOT_LEFT,
  HANDED_OUT_AGAIN,
  HANDED_OUT_AGAIN_ELSEWHERE,
  LOST_WITH_A_REFILL,
  SWEPT_ALL_DEAD,
  SWEPT_A_SPAN,
  SWEPT_BY_ANOTHER_P,
  SWEPT_NONE_DEAD,
  UNCACHED_PARTLY_USED,
} from './reached';

/** Since Go 1.15 a refill that has swept so many spans in vain takes a fresh one. */
const SWEEP_BUDGET_SPANS = 100;

/** No step has this number. */
const NO_STEP = -1;

export class SpanLedger {
  private readonly spans = new SpanTable();
  private readonly slots = new Slots();
  private readonly places = new Places();
  /** What freegc gave back: each P hands it out again, the last first. */
  private readonly reusable = new ReusablePlaces();

  /** Slots taken by class; row 0 counts large objects. */
  readonly liveSlots = new Float64Array(NUM_SIZE_CLASSES);
  /** Slots freed by class, likewise. */
  readonly frees = new Float64Array(NUM_SIZE_CLASSES);
  largeFreeBytes = 0;
  heapLive = 0;
  pagesInUse = 0;
  collections = 0;

  /** What the command in hand asks for. */
  private readonly asked = new Asked();

  /** Spans that this step swept. */
  private sweptInStep = 0;
  /** Whether a refill of this step has said that there was nothing but to take a fresh span. */
  private isSearched = false;
  private step = 0;

  /** A placement of this step that cannot be right. */
  misplaced: Drift | undefined;

  /** What the step did, as bits: `FILLED_TO_THE_LAST_SLOT` … */
  reached = 0;

  reset(): void {
    this.spans.reset();
    this.step = 0;
    this.slots.reset();
    this.places.reset();
    this.reusable.reset();
    this.liveSlots.fill(0);
    this.frees.fill(0);
    this.largeFreeBytes = 0;
    this.heapLive = 0;
    this.pagesInUse = 0;
    this.collections = 0;
    this.misplaced = undefined;
  }

  /** Takes note of the spans that are in use before a trace begins. */
  find({ data, length }: Moves): void {
    for (let at = 0; at < length; at += MOVE_STRIDE) {
      if (data[at] === SPAN_ALLOCATED) this.enter(data[at + 1], data[at + 2]);
    }
  }

  /**
   * Follows one command; `ledger` has entered it already.
   * @param moves what the system says it did, in order.
   */
  follow(command: Command, ledger: Ledger, moves: Moves): void {
    this.misplaced = undefined;
    this.reached = 0;
    this.sweptInStep = 0;
    this.isSearched = false;
    this.step++;
    this.ask(command, ledger);
    const { data, length } = moves;
    for (let at = 0; at < length; at += MOVE_STRIDE) {
      const span = data[at + 1];
      switch (data[at]) {
        case PLACED:
          if (this.asked.isTinyHit) this.placeInBlock(ledger, span, data[at + 2]);
          else at = this.placeRun(ledger, data, at, length);
          break;
        case REUSED:
          this.placeAgain(span, data[at + 2]);
          break;
        case CACHED:
          this.cached(span, data[at + 2]);
          if (ledger.reusable.isUsed) this.loseWithRefill(span, data[at + 2], ledger);
          break;
        case UNCACHED:
          this.uncached(span);
          break;
        case SWEPT:
          this.swept(span, data[at + 2]);
          break;
        case SPAN_ALLOCATED:
          this.spanAllocated(span, data[at + 2]);
          break;
        case SPAN_FREED:
          this.spanFreed(span);
          break;
        case COLLECTED:
          this.collect(ledger);
          break;
        case NONE_FREE:
          this.demandNoneFree(data[at + 2], 0);
          this.isSearched = true;
          break;
      }
    }
    if (ledger.collections !== this.collections) this.collect(ledger);
    if (command.op === 'sweepSpan') this.demandSwept(command.object);
    if (ledger.readsEachStep) this.reusable.loseFrom(0);
  }

  /** The span in which the object was born needs no sweeping any more. */
  private demandSwept(name: number): void {
    const { places } = this;
    if (!places.has(name)) return;
    const span = places.all[places.first[name]] >> SLOT_BITS;
    if (this.spans.sizeclass[span] >= NUM_SIZE_CLASSES || this.spans.sweptAt[span] === this.collections) return;
    this.misplaced ??= { counter: 'collection after which the span was swept', span, expected: this.collections, actual: this.spans.sweptAt[span] };
  }

  /**
   * A fresh span is taken only when no span of the class has a free slot, but for those that Ps have cached. A system that
   * tells facts of its spans is Go's runtime: until Go 1.12 the page heap sweeps any span before it gives pages away,
   * so that one may get a free slot when it is too late.
   */
  private demandNoneFree(sizeclass: number, facts: number): void {
    if (this.sweptInStep >= SWEEP_BUDGET_SPANS) return;
    const { spans } = this;
    const span = spans.withFreeSlot(sizeclass, pointersOf(facts), facts === 0 ? NO_STEP : this.step);
    if (span === 0) return;
    this.misplaced ??= { counter: 'slots taken of a span that was passed over for a fresh one', span, class: sizeclass, expected: spans.nelems[span], actual: spans.occupied[span] };
  }

  private ask(command: Command, ledger: Ledger): void {
    const { asked } = this;
    asked.take(command, ledger);
    if (asked.name !== 0) this.places.start(asked.name);
    switch (command.op) {
      case 'free':
        this.drop(command.object, ledger);
        break;
      case 'freegc':
        this.drop(command.object, ledger);
        if (ledger.isReusable(command.object)) this.giveBack(command.object, command.p, ledger.sizeclass[command.object]);
        break;
      case 'cacheSpan':
      case 'uncacheSpan':
        this.reusable.lose(command.p, command.class);
        break;
      case 'gcStart':
      case 'readMemStats':
        this.reusable.loseFrom(0);
        break;
      case 'setProcs':
        this.reusable.loseFrom(command.procs);
        break;
    }
  }

  /**
   * New objects that come one after the other in one span: the looks at the span are shared.
   * @returns where the last of them stands in the moves.
   */
  private placeRun(ledger: Ledger, data: Int32Array, from: number, length: number): number {
    const { asked, places } = this;
    const span = data[from + 1];
    let to = from + MOVE_STRIDE;
    while (to < length && data[to] === PLACED && data[to + 1] === span) to += MOVE_STRIDE;
    const sizeclass = this.spans.sizeclass[span];
    if (span > this.spans.used || sizeclass !== asked.sizeclass) {
      this.misplaced ??= { counter: 'class of the span of a new object', span, expected: asked.sizeclass, actual: sizeclass };
      return to - MOVE_STRIDE;
    }
    if (sizeclass !== 0 && this.spans.holder[span] !== asked.p) {
      this.misplaced ??= { counter: 'P whose cached span a new object is in', span, class: sizeclass, expected: asked.p, actual: this.spans.holder[span] };
    }
    if (asked.canReuse && this.reusable.of(asked.p, sizeclass) > 0) {
      this.misplaced ??= { counter: 'slots that freegc gave back and that were passed over', class: sizeclass, p: asked.p, expected: 0, actual: this.reusable.of(asked.p, sizeclass) };
    }
    const placesBefore = places.used;
    for (let at = from; at < to; at += MOVE_STRIDE) this.place(span, data[at + 2]);
    const placed = places.used - placesBefore;
    if (asked.isTiny && placed > 0) places.noteBlock(ledger.block[asked.name], places.all[placesBefore]);
    places.count[asked.name] += placed;
    this.spans.take(span, placed);
    this.liveSlots[sizeclass] += placed;
    this.spans.owner[span] = asked.p;
    if (this.spans.occupied[span] === this.spans.nelems[span] && sizeclass !== 0) this.reached |= FILLED_TO_THE_LAST_SLOT;
    return to - MOVE_STRIDE;
  }

  private place(span: number, slot: number): void {
    const { slots } = this;
    const nelems = this.spans.nelems[span];
    if (slot >= nelems) {
      this.misplaced ??= { counter: 'slot of a new object', span, expected: nelems - 1, actual: slot };
      return;
    }
    const at = slots.first[span] + slot;
    if (slots.droppedAt[at] >= this.spans.sweptAt[span]) {
      this.misplaced ??= { counter: 'objects in one slot', span, class: this.spans.sizeclass[span], expected: 1, actual: 2 };
      return;
    }
    slots.droppedAt[at] = REFERRED;
    this.places.add(span, slot);
  }

  /** Objects of that name may be handed out again, the first of them first. */
  private giveBack(name: number, p: number, sizeclass: number): void {
    const { places } = this;
    const first = places.first[name];
    for (let i = first + places.count[name] - 1; i >= first; i--) this.reusable.add(p, sizeclass, places.all[i]);
  }

  /** A slot that was given back is taken again; to the counters it always was. */
  private placeAgain(span: number, slot: number): void {
    const { asked, slots, places } = this;
    const expected = asked.canReuse ? this.reusable.take(asked.p, asked.sizeclass) : NO_PLACE;
    if (expected !== (span << SLOT_BITS) + slot) {
      this.misplaced ??= { ...wrongPlace(expected, span, slot), span, class: asked.sizeclass, p: asked.p };
      return;
    }
    slots.droppedAt[slots.first[span] + slot] = REFERRED;
    this.spans.dropped[span]--;
    places.add(span, slot);
    places.count[asked.name]++;
    this.reached |= HANDED_OUT_AGAIN;
    if (this.spans.holder[span] !== asked.p) this.reached |= HANDED_OUT_AGAIN_ELSEWHERE;
  }

  /** A P that takes a span of the class of tiny blocks hands out again nothing of that class (`mcache.refill`). */
  private loseWithRefill(span: number, p: number, ledger: Ledger): void {
    if (this.spans.sizeclass[span] !== TINY_SIZE_CLASS || this.spans.hasPointers[span] !== 0) return;
    if (this.reusable.of(p, TINY_SIZE_CLASS) > 0) this.reached |= LOST_WITH_A_REFILL;
    this.reusable.lose(p, TINY_SIZE_CLASS);
    ledger.reusable.lose(p, TINY_SIZE_CLASS);
  }

  /** A tiny object that fitted: into the block that another tiny object of the same block lies in. */
  private placeInBlock(ledger: Ledger, span: number, slot: number): void {
    const { droppedAt, first } = this.slots;
    if (span > this.spans.used || this.spans.sizeclass[span] !== TINY_SIZE_CLASS) {
      this.misplaced ??= { counter: 'class of the span of a tiny object', span, expected: TINY_SIZE_CLASS, actual: this.spans.sizeclass[span] };
      return;
    }
    const born = this.places.ofBlock(ledger.block[this.asked.name]);
    if ((span << SLOT_BITS) + slot !== born) {
      this.misplaced ??= { counter: 'slot of the tiny block that a new object is in', span, expected: born & SLOT_MASK, actual: slot };
      return;
    }
    const at = first[span] + slot;
    if (droppedAt[at] !== REFERRED) {
      // Nothing in the block was referred to any more; now something is again.
      droppedAt[at] = REFERRED;
      this.spans.dropped[span]--;
    }
    this.places.add(span, slot);
    this.places.count[this.asked.name]++;
  }

  private drop(name: number, ledger: Ledger): void {
    if (!ledger.isDead(name)) return;
    const { places } = this;
    if (!places.has(name)) return;
    const first = places.first[name];
    for (let i = first; i < first + places.count[name]; i++) this.dropPlace(places.all[i], 1);
  }

  private cached(span: number, p: number): void {
    this.spans.hold(span, p);
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    if (this.spans.occupied[span] > 0) this.reached |= CACHED_PARTLY_USED;
    this.heapLive += class_to_allocnpages[sizeclass] * PAGE_SIZE_BYTES - this.spans.occupied[span] * class_to_size[sizeclass];
  }

  private uncached(span: number): void {
    this.spans.hold(span, NOBODY);
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    const n = this.spans.unspent(span);
    if (n === 1) this.reached |= GIVEN_BACK_WITH_ONE_SLOT_LEFT;
    if (n > 0) this.reached |= UNCACHED_PARTLY_USED;
    this.heapLive -= n * class_to_size[sizeclass];
  }

  private swept(span: number, p: number): void {
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    const freed = this.spans.condemned[span];
    this.reached |= SWEPT_A_SPAN;
    if (freed === 0) this.reached |= SWEPT_NONE_DEAD;
    else {
      if (p !== this.spans.owner[span]) this.reached |= SWEPT_BY_ANOTHER_P;
      if (freed === this.spans.occupied[span]) this.reached |= SWEPT_ALL_DEAD;
    }
    this.sweptInStep++;
    this.spans.sweep(span, this.step, this.collections);
    this.liveSlots[sizeclass] -= freed;
    this.frees[sizeclass] += freed;
    if (sizeclass === 0) this.largeFreeBytes += freed * this.spans.pages[span] * PAGE_SIZE_BYTES;
  }

  private spanAllocated(span: number, facts: number): void {
    if (this.asked.isStack) {
      this.enter(span, 0);
      this.spans.leave(span);
      return;
    }
    const sizeclass = facts === 0 ? this.asked.sizeclass : classOf(facts);
    const { pages } = this.asked;
    if (sizeclass !== 0 && !this.isSearched) this.demandNoneFree(sizeclass, facts);
    this.isSearched = false;
    this.enter(span, facts);
    this.spans.pages[span] = pages;
    this.pagesInUse += pages;
    if (sizeclass === 0) this.heapLive += pages * PAGE_SIZE_BYTES;
  }

  /** A span begins its life: of the class that the step asks for if there are no facts. */
  private enter(span: number, facts: number): void {
    const sizeclass = facts === 0 ? this.asked.sizeclass : classOf(facts);
    const nelems = facts === 0 ? class_to_nelems[sizeclass] : nelemsOf(facts);
    this.spans.enter(span, sizeclass, nelems, facts, this.collections);
    this.slots.enter(span, nelems);
  }

  private spanFreed(span: number): void {
    this.reached |= GAVE_A_SPAN_BACK;
    if (this.spans.occupied[span] !== 0) {
      this.misplaced ??= { counter: 'objects in a span that was given back', span, expected: 0, actual: this.spans.occupied[span] };
    }
    this.pagesInUse -= this.spans.pages[span];
    this.spans.leave(span);
  }

  /** A collection has marked: what was dropped before it is condemned, and the rest is live. */
  private collect(ledger: Ledger): void {
    this.collections++;
    this.keepBlocks(ledger, -1);
    this.heapLive = this.spans.condemn();
    this.keepBlocks(ledger, 1);
  }

  /** Tiny blocks that the collection keeps are not condemned; they count as dropped after it. */
  private keepBlocks({ keptBlocks }: Ledger, change: number): void {
    for (let i = 0; i < keptBlocks.length; i++) {
      this.dropPlace(this.places.ofBlock(keptBlocks[i]), change);
    }
  }

  private dropPlace(place: number, change: number): void {
    const span = place >> SLOT_BITS;
    this.spans.dropped[span] += change;
    this.slots.droppedAt[this.slots.first[span] + (place & SLOT_MASK)] = this.collections;
  }
}
