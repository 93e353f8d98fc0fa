/** Shared by the shrinkers' tests and benchmark: faults planted into the model, and traces that fail on it. */
import * as fc from 'fast-check';
import { readCatalogue } from '../faults/catalogue';
import type { Edit } from '../systems/edits';
import { plantModel } from '../faults/plantModel';
import { CHECKS } from '../properties/checks/checks';
import type { Failure, FailingTrace } from '../properties/failure';
import { SyncJudge } from '../properties/judge';
import type { SyncSystem } from '../properties/system';
import type { Trace } from '../properties/trace/trace';
import { modelSystem } from '../systems/model';
import { traces } from '../shrinkers/traces';
import { syncTrial, type SyncTrial } from '../shrinkers/trial';

export interface Planted {
  readonly name: string;
  readonly system: SyncSystem;
  /** Returns the failure of a trace, or undefined if it holds. */
  readonly tryTrace: SyncTrial['run'];
  /** The same as a shrinker's trial. */
  readonly trial: SyncTrial;
}

/** A model with one fault of the catalogue, or with several at once. */
export function planted(...names: readonly string[]): Planted {
  const edits: readonly Edit[] = names.flatMap(
    (name) => readCatalogue().find((fault) => fault.name === name)?.edits ?? missing(name),
  );
  const system = modelSystem(plantModel({ name: names.join('+'), edits }));
  const judge = new SyncJudge(system, { checks: CHECKS });
  const tryTrace = (trace: Trace): Failure | undefined => judge.run(trace).failure;
  return { name: names.join('+'), system, tryTrace, trial: syncTrial(tryTrace) };
}

/** The first failing trace of a seed, or nothing if none of `numRuns` fails. */
export function failingTrace(
  { system, tryTrace }: Planted,
  seed: number,
  { maxCommands = 100, numRuns = 2000, isKnown = (_: Failure): boolean => false } = {},
): FailingTrace | undefined {
  let found: FailingTrace | undefined;
  const arbitrary = traces({ ops: system.ops, maxProcs: system.maxProcs, maxCommands });
  const holds = (trace: Trace): boolean => {
    const failure = tryTrace(trace);
    if (failure === undefined || isKnown(failure)) return true;
    found = { trace, failure };
    return false;
  };
  fc.check(fc.property(arbitrary, holds), { seed, numRuns, endOnFailure: true });
  return found;
}

/** The same, where there must be one. */
export function someFailingTrace(fault: Planted, seed: number): FailingTrace {
  return failingTrace(fault, seed) ?? missing(`a failing trace of ${fault.name} with seed ${seed}`);
}

function missing(what: string): never {
  throw new Error(`there is no ${what}`);
}
