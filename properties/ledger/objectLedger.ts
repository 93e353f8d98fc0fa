/**
 * The ledger of objects: which slot of which span the objects of each name lie in, followed by the moves that a system tells, and
 * when each was dropped. A slot that is handed out twice is noticed.
 */
import { EVENT_STRIDE, PLACED } from '../../model/events';
import { TINY_SIZE_CLASS } from '../../model/sizeclasses';
import type { CurrentRequest } from './currentRequest';
import type { Command } from '../trace/command';
import type { Ledger } from './ledger';
import type { StepFindings } from './stepFindings';
import { ObjectPlaces, SLOT_BITS, SLOT_MASK } from './objectPlaces';
import {
  FILLED_TO_THE_LAST_SLOT,
  HANDED_OUT_AGAIN,
  HANDED_OUT_AGAIN_ELSEWHERE,
  LOST_WITH_A_REFILL,
} from './coverageBits';
import { NO_PLACE, ReusablePlaces, wrongPlace } from './reusable';
import { REFERRED, DropTimes } from './dropTimes';
import type { SpanTable } from './spanTable';

/** `spanOf` of a name that no object was ever placed for. */
export const NO_SPAN = 0;

export class ObjectLedger {
  private readonly slots = new DropTimes();
  private readonly places = new ObjectPlaces();
  /** What freegc gave back: each P hands it out again, the last first. */
  private readonly reusable = new ReusablePlaces();

  constructor(
    private readonly spans: SpanTable,
    private readonly request: CurrentRequest,
    private readonly findings: StepFindings,
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
    const { request } = this;
    if (request.name !== 0) this.places.start(request.name);
    switch (command.op) {
      case 'free':
        this.drop(command.object, ledger);
        break;
      case 'freegc':
        this.drop(command.object, ledger);
        if (ledger.isReusable(command.object))
          this.giveBack(command.object, command.p, ledger.sizeclass[command.object]);
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
    const { request, places } = this;
    const span = data[from + 1];
    let to = from + EVENT_STRIDE;
    while (to < length && data[to] === PLACED && data[to + 1] === span) to += EVENT_STRIDE;
    const sizeclass = this.spans.sizeclass[span];
    if (span > this.spans.used || sizeclass !== request.sizeclass) {
      this.findings.misplaced ??= {
        counter: 'class of the span of a new object',
        span,
        expected: request.sizeclass,
        actual: sizeclass,
      };
      return to - EVENT_STRIDE;
    }
    if (sizeclass !== 0 && this.spans.holder[span] !== request.p) {
      this.findings.misplaced ??= {
        counter: 'P whose cached span a new object is in',
        span,
        class: sizeclass,
        expected: request.p,
        actual: this.spans.holder[span],
      };
    }
    if (request.canReuse && this.reusable.of(request.p, sizeclass) > 0) {
      this.findings.misplaced ??= {
        counter: 'slots that freegc gave back and that were passed over',
        class: sizeclass,
        p: request.p,
        expected: 0,
        actual: this.reusable.of(request.p, sizeclass),
      };
    }
    const placesBefore = places.used;
    for (let at = from; at < to; at += EVENT_STRIDE) this.place(span, data[at + 2]);
    const placed = places.used - placesBefore;
    if (request.isTiny && placed > 0) places.noteBlock(ledger.block[request.name], places.all[placesBefore]);
    places.count[request.name] += placed;
    this.spans.take(span, placed);
    this.spans.owner[span] = request.p;
    if (this.spans.occupied[span] === this.spans.nelems[span] && sizeclass !== 0)
      this.findings.coverageBits |= FILLED_TO_THE_LAST_SLOT;
    return to - EVENT_STRIDE;
  }

  /** A slot that was given back is taken again; to the counters it always was. */
  placeAgain(span: number, slot: number): void {
    const { request, slots, places } = this;
    const expected = request.canReuse ? this.reusable.take(request.p, request.sizeclass) : NO_PLACE;
    if (expected !== (span << SLOT_BITS) + slot) {
      this.findings.misplaced ??= { ...wrongPlace(expected, span, slot), span, class: request.sizeclass, p: request.p };
      return;
    }
    slots.droppedAt[slots.first[span] + slot] = REFERRED;
    this.spans.dropped[span]--;
    places.add(span, slot);
    places.count[request.name]++;
    this.findings.coverageBits |= HANDED_OUT_AGAIN;
    if (this.spans.holder[span] !== request.p) this.findings.coverageBits |= HANDED_OUT_AGAIN_ELSEWHERE;
  }

  /** A P that takes a span of the class of tiny blocks hands out again nothing of that class (`mcache.refill`). */
  loseWithRefill(span: number, p: number, ledger: Ledger): void {
    if (this.spans.sizeclass[span] !== TINY_SIZE_CLASS || this.spans.hasPointers[span] !== 0) return;
    if (this.reusable.of(p, TINY_SIZE_CLASS) > 0) this.findings.coverageBits |= LOST_WITH_A_REFILL;
    this.reusable.lose(p, TINY_SIZE_CLASS);
    ledger.reusable.lose(p, TINY_SIZE_CLASS);
  }

  /** A tiny object that fitted: into the block that another tiny object of the same block lies in. */
  placeInBlock(ledger: Ledger, span: number, slot: number): void {
    const { droppedAt, first } = this.slots;
    if (span > this.spans.used || this.spans.sizeclass[span] !== TINY_SIZE_CLASS) {
      this.findings.misplaced ??= {
        counter: 'class of the span of a tiny object',
        span,
        expected: TINY_SIZE_CLASS,
        actual: this.spans.sizeclass[span],
      };
      return;
    }
    const born = this.places.ofBlock(ledger.block[this.request.name]);
    if ((span << SLOT_BITS) + slot !== born) {
      this.findings.misplaced ??= {
        counter: 'slot of the tiny block that a new object is in',
        span,
        expected: born & SLOT_MASK,
        actual: slot,
      };
      return;
    }
    const at = first[span] + slot;
    if (droppedAt[at] !== REFERRED) {
      // Nothing in the block was referred to any more; now something is again.
      droppedAt[at] = REFERRED;
      this.spans.dropped[span]--;
    }
    this.places.add(span, slot);
    this.places.count[this.request.name]++;
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
      this.findings.misplaced ??= { counter: 'slot of a new object', span, expected: nelems - 1, actual: slot };
      return;
    }
    const at = slots.first[span] + slot;
    if (slots.droppedAt[at] >= this.spans.sweptAt[span]) {
      this.findings.misplaced ??= {
        counter: 'objects in one slot',
        span,
        class: this.spans.sizeclass[span],
        expected: 1,
        actual: 2,
      };
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
