/**
 * Translates a trace into the driver's lines: one a command, a letter and numbers. Names become slots in the driver's table of
 * references here, so the driver has nothing to look up. A command that is not applicable becomes a step that does nothing.
 * Size classes go over the wire as the size of their objects, since releases number them differently.
 */
import { NUM_SIZE_CLASSES, class_to_size } from '../../model/sizeclasses';
import { at } from '../../properties/at';
import type { Command } from '../../properties/trace/command';
import { CACHE_FRESH, Ledger } from '../../properties/ledger/ledger';
import type { Trace } from '../../properties/trace/trace';

export interface Request {
  readonly lines: string;
  /** Slots of the table that it needs. */
  readonly slots: number;
}

/**
 * Returns the lines of a trace.
 * @param wantsSnapshot whether the driver also answers with the heap before the first step.
 */
export function requestOf(trace: Trace, wantsSnapshot = false): Request {
  const { procs, readsEachStep = false } = trace.shape;
  const slots = new Slots(procs, readsEachStep);
  const lines = trace.commands.map((command) => slots.follow(command));
  // The last answer stays open until a read has ended the trace.
  if (lines.length > 0) lines.splice(-1, 0, 'z');
  lines.push('q', ...slots.farewell(), 'e', '');
  if (wantsSnapshot) lines.unshift('v');
  const maxProcs = trace.commands.reduce(
    (most, command) => (command.op === 'setProcs' ? Math.max(most, command.procs) : most),
    procs,
  );
  return {
    lines: [`t ${procs} ${slots.used} ${maxProcs} ${readsEachStep ? 1 : 0}`, ...lines].join('\n'),
    slots: slots.used,
  };
}

const NOTHING = 'n';

class Slots {
  private readonly ledger = new Ledger();
  private readonly born = new Map<number, Born>();
  private readonly stacks = new Set<number>();
  used = 0;

  constructor(procs: number, readsEachStep: boolean) {
    this.ledger.reset(procs, readsEachStep);
  }

  /** Returns the line of a command. */
  follow(command: Command): string {
    const { ledger } = this;
    if (ledger.obstacle(command) !== undefined) return NOTHING;
    ledger.apply(command);
    return this.lineOf(command);
  }

  /** Returns what must be done before the heap can rest: stacks are freed, and no span may be uncached while empty. */
  farewell(): readonly string[] {
    const { ledger } = this;
    const lines = [...this.stacks].map((name) => `d ${this.slotOf(name)}`);
    for (let p = 0; p < ledger.procs && ledger.freshCells > 0; p++) {
      for (let c = 1; c < NUM_SIZE_CLASSES; c++) {
        if (ledger.cacheOf(p, c) !== CACHE_FRESH) continue;
        // Reused objects do not come from that span.
        const count = 1 + ledger.reusable.of(p, c);
        lines.push(`s ${p} ${sizeOf(c)} ${hasPointers(c)} ${count} ${this.take(count)}`);
      }
    }
    return lines;
  }

  private lineOf(command: Command): string {
    switch (command.op) {
      case 'smallAlloc': {
        const { p, class: sizeclass, count, name } = command;
        const pointers = command.pointers === true ? 1 : hasPointers(sizeclass);
        const sizeBytes = sizeOf(sizeclass);
        return `s ${p} ${sizeBytes} ${pointers} ${count} ${this.bear(name, count, sizeBytes, pointers)}`;
      }
      case 'tinyAlloc': {
        const isHit = command.size > 0 && this.ledger.tiny.lastWasHit;
        return `o ${command.p} ${command.size} ${this.bear(command.name, 1, command.size)} ${isHit ? 1 : 0}`;
      }
      case 'largeAlloc':
        return `o ${command.p} ${command.size} ${this.bear(command.name, 1, command.size)} 0`;
      case 'free':
        return `f ${this.slotOf(command.object)} ${this.bornAs(command.object).count}`;
      case 'freegc': {
        const { count, sizeBytes, pointers } = this.bornAs(command.object);
        return `x ${command.p} ${this.slotOf(command.object)} ${count} ${sizeBytes} ${pointers + (this.ledger.isReusable(command.object) ? 2 : 0)}`;
      }
      case 'cacheSpan':
        return `a ${command.p} ${sizeOf(command.class)} ${hasPointers(command.class)}`;
      case 'uncacheSpan':
        return `u ${command.p} ${sizeOf(command.class)} ${hasPointers(command.class)}`;
      case 'sweepSpan':
        return `w ${command.p} ${this.slotOf(command.object)}`;
      case 'gcStart':
        return `g ${command.p}`;
      case 'readMemStats':
        return 'r';
      case 'setProcs':
        return `m ${command.procs}`;
      case 'allocStack':
        this.stacks.add(command.name);
        return `k ${command.pages} ${this.bear(command.name, 1, 0)}`;
      case 'freeStack':
        this.stacks.delete(command.stack);
        return `d ${this.slotOf(command.stack)}`;
      default:
        return command satisfies never;
    }
  }

  private bear(name: number, count: number, sizeBytes: number, pointers = 0): number {
    const slot = this.take(count);
    this.born.set(name, { slot, count, sizeBytes, pointers });
    return slot;
  }

  private take(count: number): number {
    const slot = this.used;
    this.used += count;
    return slot;
  }

  private slotOf(name: number): number {
    return this.bornAs(name).slot;
  }

  private bornAs(name: number): Born {
    return this.born.get(name) ?? NOT_BORN;
  }
}

/** The objects of a name: `count` slots from `slot` on, the bytes asked for each object, and 1 if they have pointers. */
interface Born {
  readonly slot: number;
  readonly count: number;
  readonly sizeBytes: number;
  readonly pointers: number;
}

const NOT_BORN: Born = { slot: 0, count: 1, sizeBytes: 0, pointers: 0 };

function sizeOf(sizeclass: number): number {
  return at(class_to_size, sizeclass);
}

/** Returns 1 for the class of 8 bytes: without pointers, its objects would go to the tiny allocator. */
function hasPointers(sizeclass: number): number {
  return sizeclass === 1 ? 1 : 0;
}
