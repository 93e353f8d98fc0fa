/** A probe: how a search asks a system in this process how a trace ends, and which state it leads to. */
import { EVENT_STRIDE, PLACED } from '../../model/events';
import type { Heap } from '../../model/mheap';
import { at } from '../../properties/at';
import type { Check } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import { SyncJudge } from '../../properties/judge';
import type { Death, Observation, Observe, SyncSystem, System } from '../../properties/system';
import { bornBy, type Command } from '../../properties/trace/command';
import type { Trace } from '../../properties/trace/trace';
import { stateKey } from './stateKey';

export interface Probe {
  /** Runs a trace, every command of which must apply, and returns how it fails. */
  tryTrace(trace: Trace): Failure | undefined;
  /** Returns a key for the state after the trace, which must be the one tried last: equal states have equal futures. */
  stateAfter(trace: Trace): string;
}

/** Returns a probe of a system that shows its heap, or undefined if it does not. */
export function probeOf(system: System, checks: readonly Check[]): Probe | undefined {
  return system.isAsync || isSlow(system) ? undefined : new HeapProbe(system, checks);
}

/** Reports whether the system shows too little of its state, and is too slow, for every shorter trace to be tried. */
export function isSlow(system: System): boolean {
  return !(system.shows.has('heap') && system.shows.has('events'));
}

class HeapProbe implements Probe {
  private readonly judge: SyncJudge;
  private heap: Heap | undefined;
  /** The places of the objects of each name. The future depends on it, and on what the last read published. */
  private readonly places = new Map<number, string>();
  private lastRead = '';

  constructor(system: SyncSystem, checks: readonly Check[]) {
    this.judge = new SyncJudge(this.watched(system), { checks });
  }

  tryTrace(trace: Trace): Failure | undefined {
    this.places.clear();
    this.lastRead = '';
    return this.judge.run(trace).failure;
  }

  stateAfter(trace: Trace): string {
    if (this.heap === undefined) throw new Error('no trace was tried');
    return stateKey(trace, { heap: this.heap, places: this.places, lastRead: this.lastRead });
  }

  /** The system, with a look at each observation before the judge sees it. */
  private watched(system: SyncSystem): SyncSystem {
    const run = (trace: Trace, observe: Observe): Death | undefined =>
      system.run(trace, (step, command, observation) => {
        if (step >= 0) this.watch(command, observation);
        return observe(step, command, observation);
      });
    const { name, ops, shows, collection, observationFlushes, maxProcs } = system;
    return { isAsync: false, name, ops, shows, collection, observationFlushes, maxProcs, run };
  }

  private watch(command: Command, { heap, events, read }: Observation): void {
    this.heap = heap;
    if (command.op === 'readMemStats' && read !== undefined) this.lastRead = read.totals.join();
    const name = bornBy(command);
    if (name === 0 || events === undefined) return;
    const places = [];
    for (let i = 0; i < events.length; i += EVENT_STRIDE) {
      if (events.data[i] === PLACED || command.op === 'allocStack')
        places.push(at(events.data, i + 1) * 1024 + at(events.data, i + 2));
    }
    this.places.set(name, places.join());
  }
}
