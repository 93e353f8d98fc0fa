/** An allocator written in TypeScript or JavaScript, as a system. */
import { types } from 'node:util';
import { MAX_PROCS } from '../model/mcache';
import { newMemStats } from '../model/memstats';
import { newRescan } from '../model/mstats';
import { NUM_SIZE_CLASSES } from '../model/sizeclasses';
import { shown } from '../properties/input/badInput';
import { didYouMean } from '../properties/input/didYouMean';
import type { Death, Observation, SyncSystem } from '../properties/system';
import { COMMON_OPS, type Command, type Op } from '../properties/trace/command';
import { FIGURE_FIELDS, FixedFields, fillMemStats, type Figures } from './figures';
import { describeThrown } from './thrown';

/** The methods that an allocator needs to be verified. All of them return when they are done: none may be async. */
export interface InProcessAllocator {
  readonly name: string;
  /** Commands that it can perform; traces are drawn from these. freegc belongs to Go's runtime alone. */
  readonly ops: readonly Exclude<Op, 'freegc'>[];
  /** The most Ps it can have; 1 if it has no caches per P. */
  readonly maxProcs?: number;
  /** Starts anew, empty, with `procs` Ps. */
  reset(procs: number): void;
  /** Performs a command. Anything it throws is a failure of the allocator. `gcStart` frees all that was freed before it. */
  apply(command: Command): void;
  /** Returns the statistics from its counters. */
  stats(): Figures;
  /** Returns the same statistics from a walk over what it holds. */
  rescan(): Figures;
}

/**
 * Makes a system of an allocator. Throws a `TypeError` if it lacks a method or says something impossible of itself.
 *
 * An exception from the allocator fails the trace, and so does a figure that is not a finite number, or a field that comes or goes
 * between two steps. A method that is async, and a first answer that is not an object of figures, is a mistake in the
 * allocator's code rather than in its accounting: `run` throws a `TypeError`.
 */
export function inProcessSystem(allocator: InProcessAllocator): SyncSystem {
  refuseImpossible(allocator);
  const { name } = allocator;
  const published = newMemStats();
  const rescan = newRescan();
  const fields = new FixedFields();
  const observation: { -readonly [part in keyof Observation]: Observation[part] } = { published, rescan };

  /** Performs a command and reads the figures after it. Throws what the allocator throws. */
  const perform = (command: Command): void => {
    refusePromise(allocator.apply(command), name, 'apply');
    const isFirst = fields.names.length === 0;
    const stats = readFigures(allocator.stats(), name, 'stats', isFirst);
    const recounted = readFigures(allocator.rescan(), name, 'rescan', isFirst);
    const difference = fields.difference(stats, recounted);
    if (difference !== undefined) throw new WrongFigures(`${name}: ${difference}`);
    Object.assign(observation, fields.seen);
    fillMemStats(published, stats);
    fillMemStats(rescan.stats, recounted);
  };

  return {
    isAsync: false,
    name,
    ops: new Set(allocator.ops),
    shows: new Set(['rescan']),
    collection: 'whole',
    observationFlushes: false,
    maxProcs: allocator.maxProcs ?? 1,
    run({ shape, commands }, observe): Death | undefined {
      try {
        refusePromise(allocator.reset(shape.procs), name, 'reset');
      } catch (thrown) {
        if (commands.length === 0) throw thrown;
        return death(0, thrown, 'at the reset before this trace: ');
      }
      for (const [step, command] of commands.entries()) {
        try {
          perform(command);
        } catch (thrown) {
          return death(step, thrown);
        }
        if (!observe(step, command, observation)) return undefined;
      }
      return undefined;
    },
  };
}

/** The allocator's code breaks the interface: no trace is to blame. */
class BrokenInterface extends TypeError {}

/** The allocator's figures are impossible, at this step of this trace. */
class WrongFigures extends Error {}

function death(step: number, thrown: unknown, where = ''): Death {
  // A proxy would run the allocator's code here.
  if (!types.isProxy(thrown) && thrown instanceof BrokenInterface)
    throw new TypeError(`${thrown.message} (step ${step})`, { cause: thrown });
  return { step, kind: 'throw', message: where + describeThrown(thrown) };
}

function refuseImpossible(allocator: InProcessAllocator): void {
  const { name, ops, maxProcs = 1 } = allocator;
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`inProcessSystem: name is ${shown(name)}; it must be a text`);
  const known: readonly string[] = [...COMMON_OPS];
  if (!Array.isArray(ops) || ops.length === 0)
    throw new TypeError(`${name}: ops is empty; name at least one command, such as smallAlloc`);
  for (const op of ops as readonly unknown[]) {
    if (typeof op === 'string' && known.includes(op)) continue;
    const hint = typeof op === 'string' ? didYouMean(op, known) : '';
    throw new TypeError(`${name}: ops: ${shown(op)} is not a command that an allocator can perform${hint}`);
  }
  if (!Number.isInteger(maxProcs) || maxProcs < 1 || maxProcs > MAX_PROCS)
    throw new TypeError(`${name}: maxProcs is ${shown(maxProcs)}; it must be a whole number from 1 to ${MAX_PROCS}`);
  for (const method of ['reset', 'apply', 'stats', 'rescan'] as const) {
    if (typeof allocator[method] !== 'function') throw new TypeError(`${name}: ${method} is not a function`);
  }
}

/** Refuses a promise, whose rejection nobody would hear of. */
function refusePromise(returned: unknown, name: string, method: string): void {
  if (typeof returned !== 'object' || returned === null || !('then' in returned)) return;
  if (typeof returned.then !== 'function') return;
  Promise.resolve(returned).catch(() => undefined);
  throw new BrokenInterface(`${name}.${method}() returned a promise; it must be done when it returns`);
}

/** Returns a copy of the figures, each read once; throws if one of them is impossible. */
function readFigures(returned: unknown, name: string, method: 'stats' | 'rescan', isFirst: boolean): Figures {
  refusePromise(returned, name, method);
  if (typeof returned !== 'object' || returned === null || Array.isArray(returned))
    throw wrong(isFirst, `${name}.${method}() returned ${shown(returned)}; it must return an object of figures`);
  for (const key of Object.keys(returned)) {
    if (!FIELD_NAMES.has(key))
      throw wrong(isFirst, `${name}.${method}().${key} is not a field of MemStats${didYouMean(key, FIELD_NAMES)}`);
  }
  const figures: Record<string, unknown> = {};
  let isEmpty = true;
  for (const field of FIGURE_FIELDS) {
    if (!(field in returned)) continue;
    isEmpty = false;
    figures[field] = readField(returned, field, `${name}.${method}().${field}`);
  }
  if (isEmpty) throw wrong(isFirst, `${name}.${method}() has no field; it must have at least one, such as Mallocs`);
  return figures;
}

const FIELD_NAMES: ReadonlySet<string> = new Set(FIGURE_FIELDS);

function wrong(isFirst: boolean, message: string): Error {
  return isFirst ? new BrokenInterface(message) : new WrongFigures(message);
}

function readField(figures: object, field: (typeof FIGURE_FIELDS)[number], place: string): unknown {
  let value: unknown;
  try {
    value = (figures as Record<string, unknown>)[field];
  } catch (thrown) {
    throw new WrongFigures(`${place}: ${describeThrown(thrown)}`);
  }
  if (field !== 'BySize') return finite(value, place);
  if (!Array.isArray(value)) throw new WrongFigures(`${place} is ${shown(value)}; it must be an array of rows`);
  const seen = new Set<unknown>();
  return value.map((row: unknown, i) => {
    const at = `${place}[${i}]`;
    if (!Array.isArray(row) || row.length !== 3)
      throw new WrongFigures(`${at} is ${shown(row)}; it must be [class, mallocs, frees]`);
    const [sizeclass, mallocs, frees] = row as readonly unknown[];
    if (!Number.isInteger(sizeclass) || Number(sizeclass) < 1 || Number(sizeclass) >= NUM_SIZE_CLASSES)
      throw new WrongFigures(`${at}[0] is ${shown(sizeclass)}; a class is 1 to ${NUM_SIZE_CLASSES - 1}`);
    if (seen.has(sizeclass)) throw new WrongFigures(`${at} is the second row of class ${Number(sizeclass)}`);
    seen.add(sizeclass);
    return [sizeclass, finite(mallocs, `${at}[1]`), finite(frees, `${at}[2]`)];
  });
}

function finite(value: unknown, place: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new WrongFigures(`${place} is ${shown(value)}; it must be a finite number`);
}
