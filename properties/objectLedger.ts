/**
 * The ledger of objects: which slot of which span the objects of each name lie in, followed by the moves that a system tells, and
 * when each was dropped. A slot that is handed out twice is noticed.
 */
import { MOVE_STRIDE, PLACED } from '../model/moves';
import { TINY_SIZE_CLASS } from '../model/sizeclasses';
import type { Asked } from './asked';
import type { Command } from './command';
import type { Ledger } from './ledger';
import type { Notes } from './notes';
import { Places, SLOT_BITS, SLOT_MASK } from './places';
import { FILLED_TO_THE_LAST_SLOT, HANDED_OUT_AGAIN, HANDED_OUT_AGAIN_ELSEWHERE, LOST_WITH_A_REFILL } from './reached';
import { NO_PLACE, ReusablePlaces, wrongPlace } from './reusable';
import { REFERRED, Slots } from './slots';
import type { SpanTable } from './spanTable';

/** `spanOf` of a name that no object was ever placed for. */
export const NO_SPAN = 0;

export class ObjectLedger {
  private readonly slots = new Slots();
  private readonly places = new Places();
  /** What freegc gave back: each P hands it out again, the last first. */
  private readonly reusable = new ReusablePlaces();

  constructor(
    private readonly spans: SpanTable,
    private readonly asked: Asked,
    private readonly notes: Notes,
  ) {}

  reset(): void {
    this.slots.reset();
    this.places.reset();
    this.reusable.reset();
  }

  /** A span begins its life with so many slots, all free. */
  enter(span: number, nelems: number): void {
    this.slots.enter(span, nelems);
  }

  /** The span in which the first object of that name was born, or `NO_SPAN`. */
  spanOf(name: number): number {
    const { places } = this;
    return places.has(name) ? places.all[places.first[name]] >> SLOT_BITS : NO_SPAN;
  }

  /** A command begins, which `asked` has taken and `ledger` has entered: what it drops, and what it gives back and loses. */
  begin(command: Command, ledger: Ledger): void {
    const { asked } = this;
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
  placeRun(ledger: Ledger, data: Int32Array, from: number, length: number): number {
    const { asked, places } = this;
    const span = data[from + 1];
    let to = from + MOVE_STRIDE;
    while (to < length && data[to] === PLACED && data[to + 1] === span) to += MOVE_STRIDE;
    const sizeclass = this.spans.sizeclass[span];
    if (span > this.spans.used || sizeclass !== asked.sizeclass) {
      this.notes.misplaced ??= { counter: 'class of the span of a new object', span, expected: asked.sizeclass, actual: sizeclass };
      return to - MOVE_STRIDE;
    }
    if (sizeclass !== 0 && this.spans.holder[span] !== asked.p) {
      this.notes.misplaced ??= { counter: 'P whose cached span a new object is in', span, class: sizeclass, expected: asked.p, actual: this.spans.holder[span] };
    }
    if (asked.canReuse && this.reusable.of(asked.p, sizeclass) > 0) {
      this.notes.misplaced ??= { counter: 'slots that freegc gave back and that were passed over', class: sizeclass, p: asked.p, expected: 0, actual: this.reusable.of(asked.p, sizeclass) };
    }
    const placesBefore = places.used;
    for (let at = from; at < to; at += MOVE_STRIDE) this.place(span, data[at + 2]);
    const placed = places.used - placesBefore;
    if (asked.isTiny && placed > 0) places.noteBlock(ledger.block[asked.name], places.all[placesBefore]);
    places.count[asked.name] += placed;
    this.spans.take(span, placed);
    this.spans.owner[span] = asked.p;
    if (this.spans.occupied[span] === this.spans.nelems[span] && sizeclass !== 0) this.notes.reached |= FILLED_TO_THE_LAST_SLOT;
    return to - MOVE_STRIDE;
  }

  /** A slot that was given back is taken again; to the counters it always was. */
  placeAgain(span: number, slot: number): void {
    const { asked, slots, places } = this;
    const expected = asked.canReuse ? this.reusable.take(asked.p, asked.sizeclass) : NO_PLACE;
    if (expected !== (span << SLOT_BITS) + slot) {
      this.notes.misplaced ??= { ...wrongPlace(expected, span, slot), span, class: asked.sizeclass, p: asked.p };
      return;
    }
    slots.droppedAt[slots.first[span] + slot] = REFERRED;
    this.spans.dropped[span]--;
    places.add(span, slot);
    places.count[asked.name]++;
    this.notes.reached |= HANDED_OUT_AGAIN;
    if (this.spans.holder[span] !== asked.p) this.notes.reached |= HANDED_OUT_AGAIN_ELSEWHERE;
  }

  /** A P that takes a span of the class of tiny blocks hands out again nothing of that class (`mcache.refill`). */
  loseWithRefill(span: number, p: number, ledger: Ledger): void {
    if (this.spans.sizeclass[span] !== TINY_SIZE_CLASS || this.spans.hasPointers[span] !== 0) return;
    if (this.reusable.of(p, TINY_SIZE_CLASS) > 0) this.notes.reached |= LOST_WITH_A_REFILL;
    this.reusable.lose(p, TINY_SIZE_CLASS);
    ledger.reusable.lose(p, TINY_SIZE_CLASS);
  }

  /** A tiny object that fitted: into the block that another tiny object of the same block lies in. */
  placeInBlock(ledger: Ledger, span: number, slot: number): void {
    const { droppedAt, first } = this.slots;
    if (span > this.spans.used || this.spans.sizeclass[span] !== TINY_SIZE_CLASS) {
      this.notes.misplaced ??= { counter: 'class of the span of a tiny object', span, expected: TINY_SIZE_CLASS, actual: this.spans.sizeclass[span] };
      return;
    }
    const born = this.places.ofBlock(ledger.block[this.asked.name]);
    if ((span << SLOT_BITS) + slot !== born) {
      this.notes.misplaced ??= { counter: 'slot of the tiny block that a new object is in', span, expected: born & SLOT_MASK, actual: slot };
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

  /** All Ps lose what they may hand out again. */
  loseReusable(): void {
    this.reusable.loseFrom(0);
  }

  /** Tiny blocks that the collection keeps are not condemned; they count as dropped after it. */
  keepBlocks({ keptBlocks }: Ledger, change: number): void {
    for (let i = 0; i < keptBlocks.length; i++) {
      this.dropPlace(this.places.ofBlock(keptBlocks[i]), change);
    }
  }

  private place(span: number, slot: number): void {
    const { slots } = this;
    const nelems = this.spans.nelems[span];
    if (slot >= nelems) {
      this.notes.misplaced ??= { counter: 'slot of a new object', span, expected: nelems - 1, actual: slot };
      return;
    }
    const at = slots.first[span] + slot;
    if (slots.droppedAt[at] >= this.spans.sweptAt[span]) {
      this.notes.misplaced ??= { counter: 'objects in one slot', span, class: this.spans.sizeclass[span], expected: 1, actual: 2 };
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

  private drop(name: number, ledger: Ledger): void {
    if (!ledger.isDead(name)) return;
    const { places } = this;
    if (!places.has(name)) return;
    const first = places.first[name];
    for (let i = first; i < first + places.count[name]; i++) this.dropPlace(places.all[i], 1);
  }

  private dropPlace(place: number, change: number): void {
    const span = place >> SLOT_BITS;
    this.spans.dropped[span] += change;
    this.slots.droppedAt[this.slots.first[span] + (place & SLOT_MASK)] = this.spans.collections;
  }
}
