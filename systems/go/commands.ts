/**
 * A trace as the driver reads it: one line a command, a letter and numbers. Names become places in the driver's
 * table of references here, so that the driver has nothing to look up. A command that does not apply becomes
 * a step in which nothing happens.
 */
import { class_to_size } from '../../model/sizeclasses';
import type { Command } from '../../properties/command';
import type { Trace } from '../../properties/trace';

export interface Request {
  readonly lines: string;
  /** Places of the table that it needs. */
  readonly slots: number;
}

export function requestOf(trace: Trace): Request {
  const places = new Places(trace.shape.procs);
  const lines = trace.commands.map((command) => lineOf(command, places));
  const farewell = places.stacks().map((slot) => `d ${slot}`);
  const slots = places.used;
  const maxProcs = trace.commands.reduce((most, command) => (command.op === 'setProcs' ? Math.max(most, command.procs) : most), trace.shape.procs);
  return { lines: [`t ${trace.shape.procs} ${slots} ${maxProcs}`, ...lines, 'q', ...farewell, 'e', ''].join('\n'), slots };
}

/** The sizes by which the driver finds the model's classes among its own. */
export function classLines(): string {
  return Array.from(class_to_size, (sizeBytes, row) => `c ${row} ${sizeBytes}\n`).join('');
}

interface Place {
  readonly slot: number;
  readonly count: number;
  readonly isStack: boolean;
  isFreed: boolean;
}

class Places {
  private readonly byName = new Map<number, Place>();
  used = 0;

  constructor(public procs: number) {}

  bear(name: number, count: number, isStack: boolean): number {
    const slot = this.used;
    this.used += count;
    this.byName.set(name, { slot, count, isStack, isFreed: false });
    return slot;
  }

  isTaken(name: number): boolean {
    return this.byName.has(name);
  }

  end(name: number, isStack: boolean): Place | undefined {
    const place = this.byName.get(name);
    if (place === undefined || place.isFreed || place.isStack !== isStack) return undefined;
    place.isFreed = true;
    return place;
  }

  stacks(): readonly number[] {
    return [...this.byName.values()].filter(({ isStack, isFreed }) => isStack && !isFreed).map(({ slot }) => slot);
  }
}

const NOTHING = 'n';

function lineOf(command: Command, places: Places): string {
  if ('p' in command && command.p >= places.procs) return NOTHING;
  if ('name' in command && places.isTaken(command.name)) return NOTHING;
  switch (command.op) {
    case 'smallAlloc': {
      const { p, class: sizeclass, count, name } = command;
      // Eight bytes without pointers would go to the tiny allocator.
      const pointers = sizeclass === 1 ? 1 : 0;
      return `s ${p} ${class_to_size[sizeclass]} ${pointers} ${count} ${places.bear(name, count, false)}`;
    }
    case 'tinyAlloc':
    case 'largeAlloc':
      return `o ${command.p} ${command.size} ${places.bear(command.name, 1, false)}`;
    case 'free': {
      const place = places.end(command.object, false);
      return place === undefined ? NOTHING : `f ${place.slot} ${place.count}`;
    }
    case 'gcStart':
      return `g ${command.p}`;
    case 'setProcs':
      places.procs = command.procs;
      return `m ${command.procs}`;
    case 'allocStack':
      return `k ${command.pages} ${places.bear(command.name, 1, true)}`;
    case 'freeStack': {
      const place = places.end(command.stack, true);
      return place === undefined ? NOTHING : `d ${place.slot}`;
    }
    case 'readMemStats':
    case 'cacheSpan':
    case 'uncacheSpan':
    case 'sweepSpan':
      // Each answer is a read, which flushes: there is nothing more to do.
      return NOTHING;
  }
}
