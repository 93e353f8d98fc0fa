/** An allocator written in TypeScript, as a system. */
import { MEMSTATS_TOTALS, newMemStats } from '../model/memstats';
import { newRescan } from '../model/mstats';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import type { PublishedFields } from '../properties/publishedFields';
import type { Command, Op } from '../properties/trace/command';
import type { Death, Observation, SyncSystem } from '../properties/system';
import { fieldNamesOf, fieldsOf, fillMemStats, type Figures } from './figures';

/** The methods that an allocator must have to be verified. */
export interface InProcessAllocator {
  readonly name: string;
  /** The commands that it can perform; traces are drawn from these. Only Go's runtime has freegc. */
  readonly ops: readonly Exclude<Op, 'freegc'>[];
  /** The most Ps that it can have; 1 if it has no caches of that kind. */
  readonly maxProcs?: number;
  /** Starts over, empty, with `procs` Ps. */
  reset(procs: number): void;
  /** Performs a command; a throw is a failure. `gcStart` frees everything that was freed before it. */
  apply(command: Command): void;
  /** Returns the statistics from the counters: the same fields at every call, each a number. */
  stats(): Figures;
  /** Returns the same statistics from a walk over the live objects. */
  rescan(): Figures;
}

export function inProcessSystem(allocator: InProcessAllocator): SyncSystem {
  const published = newMemStats();
  const rescan = newRescan();
  const stats = new FigureReader('stats()');
  const rescanned = new FigureReader('rescan()');
  const observation: { -readonly [part in keyof Observation]: Observation[part] } = { published, rescan };
  return {
    isAsync: false,
    name: allocator.name,
    ops: new Set(allocator.ops),
    shows: new Set(['rescan']),
    collection: 'whole',
    observationFlushes: false,
    maxProcs: allocator.maxProcs ?? 1,
    run(trace, observe): Death | undefined {
      let step = 0;
      try {
        allocator.reset(trace.shape.procs);
        for (const command of trace.commands) {
          allocator.apply(command);
          fillMemStats(published, stats.read(allocator.stats()));
          fillMemStats(rescan.stats, rescanned.read(allocator.rescan()));
          observation.publishes = stats.fields;
          observation.rescans = rescanned.fields;
          if (!observe(step, command, observation)) return undefined;
          step++;
        }
        return undefined;
      } catch (error) {
        return { step, kind: 'throw', message: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

const FIELDS: ReadonlySet<string> = new Set([...MEMSTATS_TOTALS, 'BySize']);

/** Reads the answers of one method, whose type the compiler may not have seen: JavaScript calls it too. */
class FigureReader {
  /** The fields of the first answer, which all later ones must have. */
  fields: PublishedFields | undefined;
  private names = '';

  /** @param method the name of the method, for the message. */
  constructor(private readonly method: string) {}

  /** Returns the answer; throws a TypeError if it is not an object of figures with the fields of the first answer. */
  read(answer: Figures): Figures {
    const { method } = this;
    if (typeof answer !== 'object' || answer === null || 'then' in answer)
      throw new TypeError(`${method} must return an object of figures at once, and returned ${kindOf(answer)}`);
    const names = fieldNamesOf(answer);
    for (const name of names) this.checkField(name, answer);
    const sorted = names.toSorted().join(' ');
    if (this.fields === undefined) {
      if (names.length === 0) throw new TypeError(`${method} returned no field; it can have ${[...FIELDS].join(', ')}`);
      this.fields = fieldsOf(answer);
      this.names = sorted;
    }
    if (sorted !== this.names)
      throw new TypeError(`${method} returned the fields ${sorted || 'none'}, and at first ${this.names}`);
    return answer;
  }

  private checkField(name: string, answer: Figures): void {
    const { method } = this;
    if (!FIELDS.has(name)) throw new TypeError(`${method}: ${name} is not a field; they are ${[...FIELDS].join(', ')}`);
    const value: unknown = answer[name as keyof Figures];
    if (name !== 'BySize') {
      if (typeof value !== 'number') throw new TypeError(`${method}.${name} must be a number, and is ${kindOf(value)}`);
      return;
    }
    if (!Array.isArray(value) || !value.every(isRow))
      throw new TypeError(
        `${method}.BySize must be rows of [class, mallocs, frees], class 1 to ${NUM_SIZE_CLASSES - 1}`,
      );
  }
}

function isRow(row: unknown): boolean {
  if (!Array.isArray(row) || row.length !== 3 || !row.every((figure) => typeof figure === 'number')) return false;
  const [sizeclass] = row as readonly number[];
  return sizeclass !== undefined && Number.isInteger(sizeclass) && sizeclass >= 1 && sizeclass < NUM_SIZE_CLASSES;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === 'object' && 'then' in value ? 'a promise' : `a ${typeof value}`;
}
