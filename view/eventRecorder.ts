/**
 * Follows spans and slots through the events of a system that does not show its heap, such as the driver of a Go runtime.
 * It records what the system says it did, not an independent look at the heap.
 */
import {
  CACHED,
  COLLECTED,
  EVENT_STRIDE,
  PLACED,
  SPAN_ALLOCATED,
  SPAN_FREED,
  SWEPT,
  UNCACHED,
  type Events,
} from '../model/events';
import { SPAN_DEAD, SPAN_IN_USE, SPAN_MANUAL } from '../model/mspan';
import { NUM_SIZE_CLASSES, PAGE_SIZE_BYTES, class_to_allocnpages } from '../model/sizeclasses';
import { at } from '../properties/at';
import { classOf, nelemsOf, pointersOf, takenOf } from '../properties/ledger/spanFacts';
import { bornBy, refersTo, type Command } from '../properties/trace/command';
import { StreamWriter } from './streamWriter';
import { FIELD, type SpanField } from './viewData';

interface FollowedSpan {
  sizeclass: number;
  pointers: number;
  allocCount: number;
  /** Allocated, reachable and condemned slots. */
  readonly allocated: Set<number>;
  readonly reachable: Set<number>;
  readonly condemned: Set<number>;
}

export class EventRecorder {
  readonly spans = new StreamWriter();
  readonly slots = new StreamWriter();
  readonly caches = new StreamWriter();
  private readonly known = new Map<number, FollowedSpan>();
  /** The slots of each object, and how many objects refer to a slot, since tiny ones share it. */
  private readonly slotsOf = new Map<number, (readonly [span: number, slot: number])[]>();
  private readonly references = new Map<string, number>();
  private nextPage = 0;
  private sweepgen = 0;
  private readonly dirtyWords = new Set<number>();

  /** Takes the spans that are there before the first command. */
  begin({ data, length }: Events): void {
    for (let i = 0; i < length; i += EVENT_STRIDE)
      if (data[i] === SPAN_ALLOCATED) this.allocate(at(data, i + 1), at(data, i + 2), undefined);
  }

  step(command: Command, { data, length }: Events): void {
    if (command.op === 'free') this.drop(command.object);
    const born = bornBy(command);
    if (born !== 0) this.slotsOf.set(born, []);
    for (let i = 0; i < length; i += EVENT_STRIDE) this.event(command, at(data, i), at(data, i + 1), at(data, i + 2));
    if (command.op === 'freeStack') for (const [span] of this.slotsOf.get(refersTo(command)) ?? []) this.leave(span);
    this.writeSlots();
  }

  private event(command: Command, kind: number, span: number, argument: number): void {
    switch (kind) {
      case PLACED:
        this.place(bornBy(command), span, argument);
        break;
      case CACHED:
      case UNCACHED:
        this.cache(argument, span, kind === CACHED);
        break;
      case SWEPT:
        this.sweep(span);
        break;
      case SPAN_ALLOCATED:
        this.allocate(span, argument, command);
        break;
      case SPAN_FREED:
        this.leave(span);
        break;
      case COLLECTED:
        this.collect();
        break;
    }
  }

  private allocate(span: number, facts: number, command: Command | undefined): void {
    const isStack = command?.op === 'allocStack';
    const sizeclass = classOf(facts) < NUM_SIZE_CLASSES ? classOf(facts) : 0;
    const npages = isStack
      ? command.pages
      : command?.op === 'largeAlloc'
        ? Math.ceil(command.size / PAGE_SIZE_BYTES)
        : Math.max(1, at(class_to_allocnpages, sizeclass));
    const allocCount = takenOf(facts);
    this.known.set(span, {
      sizeclass,
      pointers: pointersOf(facts),
      allocCount,
      allocated: new Set(),
      reachable: new Set(),
      condemned: new Set(),
    });
    if (isStack) this.slotsOf.set(command.name, [[span, 0]]);
    this.write(span, 'state', isStack ? SPAN_MANUAL : SPAN_IN_USE);
    this.write(span, 'class', sizeclass);
    this.write(span, 'base', this.nextPage);
    this.write(span, 'npages', npages);
    this.write(span, 'nelems', isStack ? 0 : Math.max(1, nelemsOf(facts)));
    this.write(span, 'allocCount', allocCount);
    this.write(span, 'pointers', pointersOf(facts));
    this.write(span, 'sweepgen', this.sweepgen);
    this.nextPage += npages;
  }

  private leave(span: number): void {
    this.known.delete(span);
    this.write(span, 'state', SPAN_DEAD);
  }

  private place(name: number, span: number, slot: number): void {
    const followed = this.known.get(span);
    if (followed === undefined) return;
    this.slotsOf.get(name)?.push([span, slot]);
    const key = `${span} ${slot}`;
    this.references.set(key, (this.references.get(key) ?? 0) + 1);
    if (!followed.allocated.has(slot)) {
      followed.allocated.add(slot);
      this.write(span, 'allocCount', ++followed.allocCount);
    }
    followed.reachable.add(slot);
    followed.condemned.delete(slot);
    this.touch(span, slot);
  }

  private drop(name: number): void {
    for (const [span, slot] of this.slotsOf.get(name) ?? []) {
      const key = `${span} ${slot}`;
      const left = (this.references.get(key) ?? 1) - 1;
      this.references.set(key, left);
      if (left > 0) continue;
      this.known.get(span)?.reachable.delete(slot);
      this.touch(span, slot);
    }
  }

  private cache(p: number, span: number, isCached: boolean): void {
    const { sizeclass = 0, pointers = 0 } = this.known.get(span) ?? {};
    this.caches.data.push(p, sizeclass + pointers * NUM_SIZE_CLASSES, isCached ? span : 0);
  }

  private collect(): void {
    this.sweepgen += 2;
    for (const followed of this.known.values())
      for (const slot of followed.allocated) if (!followed.reachable.has(slot)) followed.condemned.add(slot);
  }

  private sweep(span: number): void {
    const followed = this.known.get(span);
    if (followed === undefined) return;
    for (const slot of followed.condemned) {
      followed.allocated.delete(slot);
      this.references.delete(`${span} ${slot}`);
      this.touch(span, slot);
    }
    followed.allocCount -= followed.condemned.size;
    followed.condemned.clear();
    this.write(span, 'allocCount', followed.allocCount);
    this.write(span, 'sweepgen', this.sweepgen);
  }

  private touch(span: number, slot: number): void {
    this.dirtyWords.add(span * WORDS_PER_SPAN + (slot >> 5));
  }

  private writeSlots(): void {
    for (const key of this.dirtyWords) {
      const span = Math.floor(key / WORDS_PER_SPAN);
      const word = key % WORDS_PER_SPAN;
      const followed = this.known.get(span);
      if (followed !== undefined)
        this.slots.data.push(span, word, bitsOf(followed.allocated, word), bitsOf(followed.reachable, word));
    }
    this.dirtyWords.clear();
  }

  private write(span: number, field: SpanField, value: number): void {
    this.spans.data.push(span, FIELD[field], value);
  }
}

/** 1,024 slots of class 1. */
const WORDS_PER_SPAN = 64;

function bitsOf(slots: ReadonlySet<number>, word: number): number {
  let bits = 0;
  for (let i = 0; i < 32; i++) if (slots.has(32 * word + i)) bits |= 1 << i;
  return bits;
}
