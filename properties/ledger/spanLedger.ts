/**
 * The span ledger: the state of each span and of the objects in it. It follows the events of the system, which say
 * which span went where, and never a counter. From it frees, live slots and `heap_live` are known at every step, in
 * whatever order spans are swept.
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

/** Since Go 1.15 a refill gives up after it has swept this many spans in vain, and takes a fresh one. */
const SWEEP_BUDGET_SPANS = 100;

/** A number that no step has. */
const NO_STEP = -1;

export class SpanLedger {
  private readonly spans = new SpanTable();
  private readonly request = new CurrentRequest();
  private readonly findings = new StepFindings();
  private readonly objects = new ObjectLedger(this.spans, this.request, this.findings);

  /** Slots freed by class; row 0 counts large objects. */
  readonly frees = new Float64Array(NUM_SIZE_CLASSES);
  largeFreeBytes = 0;
  heapLive = 0;
  pagesInUse = 0;

  /** The number of spans that this step swept. */
  private sweptInStep = 0;
  /** True once a refill of this step has reported that no span has a free slot (`NONE_FREE`). */
  private isSearchOver = false;

  /** Slots taken by class; row 0 counts large objects. */
  get liveSlots(): Float64Array {
    return this.spans.liveSlots;
  }

  /** The first placement of the last step that cannot be right. */
  get misplaced(): Drift | undefined {
    return this.findings.misplaced;
  }

  /** The bits of coverageBits.ts that the last step set. */
  get coverageBits(): number {
    return this.findings.coverageBits;
  }

  reset(): void {
    this.spans.reset();
    this.objects.reset();
    this.findings.clear();
    this.frees.fill(0);
    this.largeFreeBytes = 0;
    this.heapLive = 0;
    this.pagesInUse = 0;
  }

  /** Adds the spans that are in use before a trace begins. */
  addInitialSpans({ data, length }: Events): void {
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      if (data[at] === SPAN_ALLOCATED) this.addSpan(data[at + 1], data[at + 2]);
    }
  }

  /**
   * Follows the events of one command.
   * @param ledger the ledger, which has already applied the command.
   */
  follow(command: Command, ledger: Ledger, events: Events): void {
    const { spans, objects, request } = this;
    this.findings.clear();
    this.sweptInStep = 0;
    this.isSearchOver = false;
    spans.step++;
    request.read(command, ledger);
    objects.beginCommand(command, ledger);
    const { data, length } = events;
    for (let at = 0; at < length; at += EVENT_STRIDE) {
      const span = data[at + 1];
      switch (data[at]) {
        case PLACED:
          if (request.isTinyHit) objects.placeInBlock(ledger, span, data[at + 2]);
          else at = objects.placeRun(ledger, data, at, length);
          break;
        case REUSED:
          objects.placeReused(span, data[at + 2]);
          break;
        case CACHED:
          this.cached(span, data[at + 2]);
          if (ledger.reusable.isUsed) objects.clearAtRefill(span, data[at + 2], ledger);
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
          this.requireNoneFree(data[at + 2], 0);
          this.isSearchOver = true;
          break;
      }
    }
    if (ledger.collections !== spans.collections) this.collect(ledger);
    if (command.op === 'sweepSpan') this.requireSwept(command.object);
    if (ledger.readsEachStep) objects.clearReusable();
  }

  /** Requires that the span of an object is swept, as sweepSpan guarantees. */
  private requireSwept(name: number): void {
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
   * Requires that no uncached span of the class has a free slot, when a fresh one is taken. A system that reports facts
   * of its spans is Go's runtime. Its page heap, up to Go 1.12, sweeps spans before it hands out pages, so a span may
   * get a free slot when it is too late; spans that were swept in this step do not count there.
   */
  private requireNoneFree(sizeclass: number, facts: number): void {
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
    this.spans.setHolder(span, p);
    const sizeclass = this.spans.sizeclass[span];
    if (sizeclass >= NUM_SIZE_CLASSES) return;
    if (this.spans.occupied[span] > 0) this.findings.coverageBits |= CACHED_PARTLY_USED;
    this.heapLive +=
      class_to_allocnpages[sizeclass] * PAGE_SIZE_BYTES - this.spans.occupied[span] * class_to_size[sizeclass];
  }

  private uncached(span: number): void {
    this.spans.setHolder(span, NOBODY);
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
      this.addSpan(span, 0);
      this.spans.removeSpan(span);
      return;
    }
    const sizeclass = facts === 0 ? this.request.sizeclass : classOf(facts);
    const { pages } = this.request;
    if (sizeclass !== 0 && !this.isSearchOver) this.requireNoneFree(sizeclass, facts);
    this.isSearchOver = false;
    this.addSpan(span, facts);
    this.spans.pages[span] = pages;
    this.pagesInUse += pages;
    if (sizeclass === 0) this.heapLive += pages * PAGE_SIZE_BYTES;
  }

  /** Adds a span. Without facts it has the class of the request. */
  private addSpan(span: number, facts: number): void {
    const sizeclass = facts === 0 ? this.request.sizeclass : classOf(facts);
    const nelems = facts === 0 ? class_to_nelems[sizeclass] : nelemsOf(facts);
    this.spans.addSpan(span, sizeclass, nelems, facts);
    this.objects.addSpan(span, nelems);
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
    this.spans.removeSpan(span);
  }

  /** Condemns the dropped slots when a collection has marked; everything else is live. */
  private collect(ledger: Ledger): void {
    this.spans.collections++;
    this.objects.keepBlocks(ledger, -1);
    this.heapLive = this.spans.condemn();
    this.objects.keepBlocks(ledger, 1);
  }
}
