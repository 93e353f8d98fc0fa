/** All that a check may look at after a step. */
import type { MemStats } from '../../model/memstats';
import type { Command, Op } from '../trace/command';
import type { Ledger } from '../ledger/ledger';
import type { SpanLedger } from '../ledger/spanLedger';
import type { StructuralChecks } from './structuralChecks';
import type { Observation, System } from '../system';

export interface CheckContext {
  command: Command;
  /** `command.op`: commands have as many hidden classes as there are ops, so each look at one of them costs. */
  op: Op;
  observation: Observation;
  readonly ledger: Ledger;
  readonly spans: SpanLedger;
  readonly structure: StructuralChecks;
  /** What the system published before the trace began; a system in a fresh process starts above zero. */
  readonly baseline: MemStats;
  /** What was published at the step before, and whether there was one. */
  readonly before: MemStats;
  /** What the last flushing read published, all zero if there was none. */
  readonly lastRead: MemStats;
  /** How the system collects: see `System.collection`. */
  readonly collection: System['collection'];
  /** Size classes whose rows are to be looked at: those that the commands so far touched, or all. */
  classes: Uint8Array;
  classesLength: number;
}
