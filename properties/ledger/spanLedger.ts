/**
 * The ledger of spans: what became of each, and of the objects in it, followed by the moves that a system tells (who went
 * where), never by a counter. With it frees, live slots and `heap_live` are known at every step, however the sweep goes.
 */
import {
  CACHED,
  COLLECTED,
  EVENT_STRIDE,
  NONE_FREE,
  PLACED,
  REUSED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  type Events,
} from '../../model/events';
import {
  NUM_SIZE_CLASSES,
  PAGE_SIZE_BYTES,
  class_to_allocnpages,
  class_to_nelems,
  class_to_size,
} from '../../model/sizeclasses';
import { CurrentRequest } from './currentRequest';
import type { Command } from '../trace/command';
import type { Drift } from '../drift';
import type { Ledger } from './ledger';
import { StepFindings } from './stepFindings';
import { NO_SPAN, ObjectLedger } from './objectLedger';
import {
  CACHED_PARTLY_USED,
  GAVE_A_SPAN_BACK,
  GIVEN_BACK_WITH_ONE_SLOT_LEFT,
  SWEPT_ALL_DEAD,
  SWEPT_A_SPAN,
  SWEPT_BY_ANOTHER_P,
  SWEPT_NONE_DEAD,
  UNCACHED_PARTLY_USED,
} from './coverageBits';
import { classOf, nelemsOf, pointersOf } from './spanFacts';
import { NOBODY, SpanTable } from './spanTable';

/** Since Go 1.15 a refill that has swept so many spans in vain takes a fresh one. */
const SWEEP_BUDGET_SPANS = 100;

/** No step has this number. */
const NO_STEP = -1;

export class SpanLedger {
  private readonly spans = new SpanTable();
  /** What the command in hand asks for. */
  private readonly request = new CurrentRequest();
  private readonly findings = new StepFindings();
  private readonly objects = new ObjectLedger(this.spans, this.request, this.findings);

  /** Slots freed by class; row 0 counts large objects. */
  readonly frees = new Float64Array(NUM_SIZE_CLASSES);
  largeFreeBytes = 0;
  heapLive = 0;
  pagesInUse = 0;

  /** Spans that this step swept. */
  private sweptInStep = 0;
  /** Whether a refill of this step has said that there was nothing but to take a fresh span. */
  private isSearched = false;

  /** Slots taken by class; row 0 counts large objects. */
  get liveSlots(): Float64Array {
    return this.spans.liveSlots;
  }

  /** A placement of the last step that cannot be right. */
  get misplaced(): Drift | undefined {
    return this.findings.misplaced;
  }

  /** What the last step did, as bits: `FILLED_TO_THE_LAST_SLOT` … */
  get coverageBits(): number {
    return this.findings.coverageBits;
  }

  reset(): void {
    this.spans.reset();
    this.objects.reset();
    this.findings.start();
    this.frees.fill(0);
    this.largeFreeBytes = 0;
    this.heapLive = 0;
    this.pagesInUse = 0;
  }

  /** Takes note of the spans that are in use before a trace begins. */
  find({ data, length }: Events): void {
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      if (data[at] === SPAN_ALLOCATED) this.enter(data[at + 1], data[at + 2]);
    }
  }

  /**
   * Follows one command; `ledger` has entered it already.
   * @param moves what the system says it did, in order.
   */
  follow(command: Command, ledger: Ledger, events: Events): void {
    const { spans, objects, request } = this;
    this.findings.start();
    this.sweptInStep = 0;
    this.isSearched = false;
    spans.step++;
    request.take(command, ledger);
    objects.begin(command, ledger);
    const { data, length } = events;
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      const span = data[at + 1];
      switch (data[at]) {
        case PLACED:
          if (request.isTinyHit) objects.placeInBlock(ledger, span, data[at + 2]);
          else at = objects.placeRun(ledger, data, at, length);
          break;
        case REUSED:
          objects.placeAgain(span, data[at + 2]);
          break;
        case CACHED:
          this.cached(span, data[at + 2]);
          if (ledger.reusable.isUsed) objects.loseWithRefill(span, data[at + 2], ledger);
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
    if (ledger.collections !== spans.collections) this.collect(ledger);
    if (command.op === 'sweepSpan') this.demandSwept(command.object);
    if (ledger.readsEachStep) objects.loseReusable();
  }

  /** The span in which the object was born needs no sweeping any more. */
  private demandSwept(name: number): void {
    const { sizeclass, sweptAt, collections } = this.spans;
    const span = this.objects.spanOf(name);
    if (span === NO_SPAN || sizeclass[span] >= NUM_SIZE_CLASSES || sweptAt[span] === collections) return;
    this.findings.misplaced ??= {
      counter: 'collection after which the span was swept',
      span,
      expected: collections,
      actual: sweptAt[span],
    };
  }

  /**
   * A fresh span is taken only when no span of the class has a free slot, but for those that Ps have cached. A system that
   * tells facts of its spans is Go's runtime: until Go 1.12 the page heap sweeps any span before it gives pages away,
   * so that one may get a free slot when it is too late.
   */
  private demandNoneFree(sizeclass: number, facts: number): void {
    if (this.sweptInStep >= SWEEP_BUDGET_SPANS) return;
    const { spans } = this;
    const span = spans.withFreeSlot(sizeclass, pointersOf(facts), facts === 0 ? NO_STEP : spans.step);
    if (span === 0) return;
    this.findings.misplaced ??= {
      counter: 'slots taken of a span that was passed over for a fresh one',
      span,
      class: sizeclass,
      expected: spans.nelems[span],
      actual: spans.occupied[span],
    };
  }

  private cached(span: number, p: number): void {
    this.spans.hold(span, p);
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    if (this.spans.occupied[span] > 0) this.findings.coverageBits |= CACHED_PARTLY_USED;
    this.heapLive +=
      class_to_allocnpages[sizeclass] * PAGE_SIZE_BYTES - this.spans.occupied[span] * class_to_size[sizeclass];
  }

  private uncached(span: number): void {
    this.spans.hold(span, NOBODY);
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    const n = this.spans.nelems[span] - this.spans.occupied[span];
    if (n === 1) this.findings.coverageBits |= GIVEN_BACK_WITH_ONE_SLOT_LEFT;
    if (n > 0) this.findings.coverageBits |= UNCACHED_PARTLY_USED;
    this.heapLive -= n * class_to_size[sizeclass];
  }

  private swept(span: number, p: number): void {
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    const freed = this.spans.condemned[span];
    this.findings.coverageBits |= SWEPT_A_SPAN;
    if (freed === 0) this.findings.coverageBits |= SWEPT_NONE_DEAD;
    else {
      if (p !== this.spans.owner[span]) this.findings.coverageBits |= SWEPT_BY_ANOTHER_P;
      if (freed === this.spans.occupied[span]) this.findings.coverageBits |= SWEPT_ALL_DEAD;
    }
    this.sweptInStep++;
    this.spans.sweep(span);
    this.frees[sizeclass] += freed;
    if (sizeclass === 0) this.largeFreeBytes += freed * this.spans.pages[span] * PAGE_SIZE_BYTES;
  }

  private spanAllocated(span: number, facts: number): void {
    if (this.request.isStack) {
      this.enter(span, 0);
      this.spans.leave(span);
      return;
    }
    const sizeclass = facts === 0 ? this.request.sizeclass : classOf(facts);
    const { pages } = this.request;
    if (sizeclass !== 0 && !this.isSearched) this.demandNoneFree(sizeclass, facts);
    this.isSearched = false;
    this.enter(span, facts);
    this.spans.pages[span] = pages;
    this.pagesInUse += pages;
    if (sizeclass === 0) this.heapLive += pages * PAGE_SIZE_BYTES;
  }

  /** A span begins its life: of the class that the step asks for if there are no facts. */
  private enter(span: number, facts: number): void {
    const sizeclass = facts === 0 ? this.request.sizeclass : classOf(facts);
    const nelems = facts === 0 ? class_to_nelems[sizeclass] : nelemsOf(facts);
    this.spans.enter(span, sizeclass, nelems, facts);
    this.objects.enter(span, nelems);
  }

  private spanFreed(span: number): void {
    this.findings.coverageBits |= GAVE_A_SPAN_BACK;
    if (this.spans.occupied[span] !== 0) {
      this.findings.misplaced ??= {
        counter: 'objects in a span that was given back',
        span,
        expected: 0,
        actual: this.spans.occupied[span],
      };
    }
    this.pagesInUse -= this.spans.pages[span];
    this.spans.leave(span);
  }

  /** A collection has marked: what was dropped before it is condemned, and the rest is live. */
  private collect(ledger: Ledger): void {
    this.spans.collections++;
    this.objects.keepBlocks(ledger, -1);
    this.heapLive = this.spans.condemn();
    this.objects.keepBlocks(ledger, 1);
  }
}
