/** The view of a step that every check gets: the observation, the ledgers, and the figures of earlier steps. */
import type { MemStats } from '../../model/memstats';
import type { Command, Op } from '../trace/command';
import type { Ledger } from '../ledger/ledger';
import type { SpanLedger } from '../ledger/spanLedger';
import type { StructuralChecks } from './structuralChecks';
import type { Observation, System } from '../system';

export interface CheckContext {
  command: Command;
  /** The same as `command.op`, which is slow to read: commands have as many hidden classes as there are ops. */
  op: Op;
  observation: Observation;
  readonly ledger: Ledger;
  readonly spans: SpanLedger;
  readonly structure: StructuralChecks;
  /** The statistics before the trace began. A system in a new process does not start at zero. */
  readonly baseline: MemStats;
  /** The statistics after the previous step: Mallocs, Frees and TotalAlloc only. */
  readonly before: MemStats;
  /** The statistics of the last flushing read; of the baseline if there was none. */
  readonly lastRead: MemStats;
  /** The same as `System.collection`. */
  readonly collection: System['collection'];
  /** The size classes whose rows are compared: those that the commands so far touched, or all of them. */
  classes: Uint8Array;
  classesLength: number;
}
