/**
 * The object ledger: the slots that the objects of each name lie in, and the time at which each was dropped. It follows
 * the events of the system, and finds slots that are handed out twice or in the wrong place.
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
import { NO_PLACE, ReusablePlaces, wrongPlace } from './reusablePlaces';
import { REFERRED, DropTimes } from './dropTimes';
import type { SpanTable } from './spanTable';

/** The answer of `spanOf` for a name without a placed object. */
export const NO_SPAN = 0;

export class ObjectLedger {
  private readonly dropTimes = new DropTimes();
  private readonly places = new ObjectPlaces();
  private readonly reusable = new ReusablePlaces();

  constructor(
    private readonly spans: SpanTable,
    private readonly request: CurrentRequest,
    private readonly findings: StepFindings,
  ) {}

  reset(): void {
    this.dropTimes.reset();
    this.places.reset();
    this.reusable.reset();
  }

  /** Adds a span with `nelems` slots, all free. */
  addSpan(span: number, nelems: number): void {
    this.dropTimes.addSpan(span, nelems);
  }

  /** Returns the span of the first object of a name, or `NO_SPAN`. */
  spanOf(name: number): number {
    const { places } = this;
    return places.has(name) ? places.all[places.first[name]] >> SLOT_BITS : NO_SPAN;
  }

  /** Applies the drops of a command that `request` has read and `ledger` has applied. Its events follow. */
  beginCommand(command: Command, ledger: Ledger): void {
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
        this.reusable.clear(command.p, command.class);
        break;
      case 'gcStart':
      case 'readMemStats':
        this.reusable.clearFrom(0);
        break;
      case 'setProcs':
        this.reusable.clearFrom(command.procs);
        break;
      default:
      // Nothing is dropped or lost.
    }
  }

  /**
   * Places a run of new objects that lie in one span, so that the checks of the span run once.
   * @returns the index of the last event of the run.
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
    if (request.isTiny && placed > 0) places.setBlockPlace(ledger.block[request.name], places.all[placesBefore]);
    places.count[request.name] += placed;
    this.spans.addTaken(span, placed);
    this.spans.owner[span] = request.p;
    if (this.spans.occupied[span] === this.spans.nelems[span] && sizeclass !== 0)
      this.findings.coverageBits |= FILLED_TO_THE_LAST_SLOT;
    return to - EVENT_STRIDE;
  }

  /** Places an object in a slot that freegc gave back. The counters never saw the slot as free. */
  placeReused(span: number, slot: number): void {
    const { request, dropTimes, places } = this;
    const expected = request.canReuse ? this.reusable.take(request.p, request.sizeclass) : NO_PLACE;
    if (expected !== (span << SLOT_BITS) + slot) {
      this.findings.misplaced ??= { ...wrongPlace(expected, span, slot), span, class: request.sizeclass, p: request.p };
      return;
    }
    dropTimes.droppedAt[dropTimes.first[span] + slot] = REFERRED;
    this.spans.dropped[span]--;
    places.add(span, slot);
    places.count[request.name]++;
    this.findings.coverageBits |= HANDED_OUT_AGAIN;
    if (this.spans.holder[span] !== request.p) this.findings.coverageBits |= HANDED_OUT_AGAIN_ELSEWHERE;
  }

  /** Clears the reusable tiny slots of a P that caches a span of that class (`mcache.refill`). */
  clearAtRefill(span: number, p: number, ledger: Ledger): void {
    if (this.spans.sizeclass[span] !== TINY_SIZE_CLASS || this.spans.hasPointers[span] !== 0) return;
    if (this.reusable.of(p, TINY_SIZE_CLASS) > 0) this.findings.coverageBits |= LOST_WITH_A_REFILL;
    this.reusable.clear(p, TINY_SIZE_CLASS);
    ledger.reusable.clear(p, TINY_SIZE_CLASS);
  }

  /** Places a tiny object that fitted: it must lie where the other objects of its block do. */
  placeInBlock(ledger: Ledger, span: number, slot: number): void {
    const { droppedAt, first } = this.dropTimes;
    if (span > this.spans.used || this.spans.sizeclass[span] !== TINY_SIZE_CLASS) {
      this.findings.misplaced ??= {
        counter: 'class of the span of a tiny object',
        span,
        expected: TINY_SIZE_CLASS,
        actual: this.spans.sizeclass[span],
      };
      return;
    }
    const born = this.places.placeOfBlock(ledger.block[this.request.name]);
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
      // The block was dropped, and is referred to again.
      droppedAt[at] = REFERRED;
      this.spans.dropped[span]--;
    }
    this.places.add(span, slot);
    this.places.count[this.request.name]++;
  }

  /** Clears the reusable slots of all Ps. */
  clearReusable(): void {
    this.reusable.clearFrom(0);
  }

  /**
   * Changes the number of dropped slots by the tiny blocks that a collection keeps: -1 before it condemns, so that they
   * survive, and 1 afterwards, since nothing refers to them.
   */
  keepBlocks({ keptBlocks }: Ledger, change: number): void {
    for (let i = 0; i < keptBlocks.length; i++) {
      this.dropPlace(this.places.placeOfBlock(keptBlocks[i]), change);
    }
  }

  private place(span: number, slot: number): void {
    const { dropTimes } = this;
    const nelems = this.spans.nelems[span];
    if (slot >= nelems) {
      this.findings.misplaced ??= { counter: 'slot of a new object', span, expected: nelems - 1, actual: slot };
      return;
    }
    const at = dropTimes.first[span] + slot;
    if (dropTimes.droppedAt[at] >= this.spans.sweptAt[span]) {
      this.findings.misplaced ??= {
        counter: 'objects in one slot',
        span,
        class: this.spans.sizeclass[span],
        expected: 1,
        actual: 2,
      };
      return;
    }
    dropTimes.droppedAt[at] = REFERRED;
    this.places.add(span, slot);
  }

  /** Makes the objects of a name reusable; the first one will be handed out first. */
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
    this.dropTimes.droppedAt[this.dropTimes.first[span] + (place & SLOT_MASK)] = this.spans.collections;
  }
}
