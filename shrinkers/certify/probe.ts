/** A system in this process as a search asks it: how does a trace end, and which state does it lead to? */
import type { Heap } from '../../model/mheap';
import { EVENT_STRIDE, PLACED } from '../../model/events';
import type { Check } from '../../properties/checks/checks';
import { bornBy, type Command } from '../../properties/trace/command';
import type { Failure } from '../../properties/failure';
import { SyncJudge } from '../../properties/judge';
import type { Observation, Observe, System, SyncSystem, Death } from '../../properties/system';
import type { Trace } from '../../properties/trace/trace';
import { stateKey } from './stateKey';

export interface Probe {
  /** How a trace ends; it must apply. */
  tryTrace(trace: Trace): Failure | undefined;
  /** A name for the state after the trace that was tried last: equal states, equal futures. */
  stateAfter(trace: Trace): string;
}

/** A probe of a system that shows its heap, or nothing if it does not. */
export function probeOf(system: System, checks: readonly Check[]): Probe | undefined {
  return system.isAsync || isSlow(system) ? undefined : new HeapProbe(system, checks);
}

/** Whether the system is too slow, and shows too little, for all shorter traces to be tried. */
export function isSlow(system: System): boolean {
  return !(system.shows.has('heap') && system.shows.has('events'));
}

class HeapProbe implements Probe {
  private readonly judge: SyncJudge;
  private heap: Heap | undefined;
  /** Where the objects of each name lie, and what the last read published: the future depends on both. */
  private readonly places = new Map<number, string>();
  private lastRead = '';

  constructor(system: SyncSystem, checks: readonly Check[]) {
    this.judge = new SyncJudge(this.watched(system), { checks });
  }

  tryTrace(trace: Trace): Failure | undefined {
    this.places.clear();
    this.lastRead = '';
    const verdict = this.judge.run(trace);
    return verdict.failure;
  }

  stateAfter(trace: Trace): string {
    if (this.heap === undefined) throw new Error('no trace was tried');
    return stateKey(this.heap, trace, this.places, this.lastRead);
  }

  private watched(system: SyncSystem): SyncSystem {
    const run = (trace: Trace, observe: Observe): Death | undefined =>
      system.run(trace, (step, command, observation) => {
        this.note(command, observation);
        return observe(step, command, observation);
      });
    const { name, ops, shows, collection, observationFlushes, maxProcs } = system;
    return { isAsync: false, name, ops, shows, collection, observationFlushes, maxProcs, run };
  }

  private note(command: Command, { heap, events, read }: Observation): void {
    this.heap = heap;
    if (command.op === 'readMemStats' && read !== undefined) this.lastRead = read.totals.join();
    const name = bornBy(command);
    if (name === 0 || events === undefined) return;
    const places = [];
    for (let at = 0; at < events.length; at += EVENT_STRIDE) {
      if (events.data[at] === PLACED || command.op === 'allocStack')
        places.push(events.data[at + 1] * 1024 + events.data[at + 2]);
    }
    this.places.set(name, places.join());
  }
}
