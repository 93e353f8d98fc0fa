/** The first system: the reference model of Go's heap, in process, with everything to see. */
import { allocator, type Allocator } from '../model/allocator';
import { MAX_PROCS } from '../model/mcache';
import { clearMemStats, newMemStats } from '../model/memstats';
import type { Heap } from '../model/mheap';
import { EVENT_STRIDE } from '../model/events';
import { newRescan } from '../model/mstats';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { COMMON_OPS, type Command, type Op } from '../properties/trace/command';
import { growArray } from '../properties/ledger/growArray';
import { ObjectPlaces, SLOT_BITS, SLOT_MASK } from '../properties/ledger/objectPlaces';
import type { Death, Observation, Observe, SteppedSystem, System } from '../properties/system';
import type { Shape, Trace } from '../properties/trace/trace';

/** @param model the allocator to run; another than the clean one when a fault is planted. */
export function modelSystem(model: Allocator = allocator): SteppedSystem {
  return new ModelSystem(model);
}

class ModelSystem implements SteppedSystem {
  readonly isAsync = false;
  readonly name = 'model';
  readonly ops: ReadonlySet<Op> = COMMON_OPS;
  readonly shows: System['shows'] = new Set(['rescan', 'events', 'heap', 'read']);
  readonly collection = 'lazy';
  readonly observationFlushes = false;
  readonly maxProcs = MAX_PROCS;

  private readonly heap: Heap;
  private readsEachStep = false;
  /** The places of each name. A stack has no places; its first place is its span. */
  private readonly places = new ObjectPlaces();
  /** By name: 1 for a tiny object, which others may share its place with. */
  private isTiny = new Uint8Array(1024);
  /** Tiny objects referred to, by the place of their block. */
  private readonly blockRefs = new Map<number, number>();

  private readonly peeked = newMemStats();
  private readonly rescan = newRescan();
  private readonly read = newMemStats();
  private readonly readAgain = newMemStats();
  private readonly observation: Observation;

  constructor(private readonly model: Allocator) {
    this.heap = model.newHeap(1);
    const heap = this.heap;
    const { read, readAgain, rescan } = this;
    this.observation = { published: this.peeked, rescan, events: heap.events, heap, read, readAgain };
  }

  run(trace: Trace, observe: Observe): Death | undefined {
    const { commands } = trace;
    let step = 0;
    try {
      this.start(trace.shape);
      for (; step < commands.length; step++) {
        const command = commands[step];
        if (!observe(step, command, this.step(command))) return undefined;
      }
      return undefined;
    } catch (error) {
      return death(step, error);
    }
  }

  start({ procs, readsEachStep }: Shape): void {
    this.readsEachStep = readsEachStep === true;
    this.model.resetHeap(this.heap, procs);
    clearMemStats(this.peeked);
    clearMemStats(this.rescan.stats);
    this.places.reset();
    this.blockRefs.clear();
  }

  step(command: Command): Observation {
    const { model, heap } = this;
    heap.events.length = 0;
    this.apply(command);
    if (this.readsEachStep) model.readMemStats(heap, this.read);
    model.peekMemStats(heap, this.peeked);
    model.readMemStatsSlow(heap, this.rescan);
    return this.observation;
  }

  private apply(command: Command): void {
    const { model, heap } = this;
    switch (command.op) {
      case 'smallAlloc':
        this.startPlaces(command.name);
        for (let i = 0; i < command.count; i++) {
          model.smallAlloc(heap, command.p, command.class);
          this.addPlace(command.name);
        }
        break;
      case 'tinyAlloc':
        this.startPlaces(command.name);
        model.tinyAlloc(heap, command.p, command.size);
        if (command.size > 0) {
          this.isTiny[command.name] = 1;
          this.referToBlock(this.addPlace(command.name));
        }
        break;
      case 'largeAlloc':
        this.startPlaces(command.name);
        model.largeAlloc(heap, command.p, command.size);
        this.addPlace(command.name);
        break;
      case 'free':
        this.free(command.object);
        break;
      case 'cacheSpan':
        this.cacheSpan(command.p, command.class);
        break;
      case 'uncacheSpan':
        model.release(heap, command.p, command.class);
        break;
      case 'sweepSpan':
        if (this.places.has(command.object)) {
          const place = this.places.all[this.places.first[command.object]];
          model.sweepSpan(heap, command.p, place >> SLOT_BITS);
        }
        break;
      case 'gcStart':
        model.gcStart(heap, command.p);
        break;
      case 'readMemStats':
        model.readMemStats(heap, this.read);
        model.readMemStats(heap, this.readAgain);
        break;
      case 'setProcs':
        model.procresize(heap, command.procs);
        break;
      case 'allocStack':
        this.startPlaces(command.name);
        this.places.first[command.name] = model.allocManual(heap, command.pages);
        break;
      case 'freeStack':
        model.freeManual(heap, this.places.first[command.stack]);
        break;
      case 'freegc':
        throw new Error('the model has no freegc, and does not offer it');
    }
  }

  /** A P with a span that has a free slot gives it back before it takes another: refill would throw. */
  private cacheSpan(p: number, sizeclass: number): void {
    const { model, heap } = this;
    const s = heap.mcaches.alloc[p * NUM_SIZE_CLASSES + sizeclass];
    if (heap.spans.allocCount[s] !== heap.spans.nelems[s]) model.release(heap, p, sizeclass);
    model.refill(heap, p, sizeclass);
  }

  private free(name: number): void {
    const { model, heap, places } = this;
    const first = places.first[name];
    const end = first + places.count[name];
    if (this.isTiny[name] !== 0 && first < end && this.leaveBlock(places.all[first])) return;
    for (let i = first; i < end; i++) {
      const place = places.all[i];
      model.drop(heap, place >> SLOT_BITS, place & SLOT_MASK);
    }
  }

  /** Takes one reference to a tiny block away; tells whether there are others. */
  private leaveBlock(place: number): boolean {
    const left = (this.blockRefs.get(place) ?? 1) - 1;
    if (left === 0) this.blockRefs.delete(place);
    else this.blockRefs.set(place, left);
    return left > 0;
  }

  private referToBlock(place: number): void {
    this.blockRefs.set(place, (this.blockRefs.get(place) ?? 0) + 1);
  }

  private startPlaces(name: number): void {
    this.places.start(name);
    if (name >= this.isTiny.length) this.isTiny = growArray(this.isTiny, name);
    this.isTiny[name] = 0;
  }

  /** Notes where the last object was placed. */
  private addPlace(name: number): number {
    const { data, length } = this.heap.events;
    this.places.count[name]++;
    return this.places.add(data[length - EVENT_STRIDE + 1], data[length - EVENT_STRIDE + 2]);
  }
}

/** The model's own throw; anything else that is thrown comes from a state that a fault has ruined. */
function death(step: number, error: unknown): Death {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  if (name === 'RuntimeThrow') return { step, kind: 'throw', message };
  if (name === 'Hang') return { step, kind: 'hang', message };
  return { step, kind: 'crash', message };
}
