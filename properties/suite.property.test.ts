/** The whole suite on the clean model: every check holds after every step of every trace. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plantModel } from '../faults/plantModel';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks/checks';
import type { Failure } from './failure';
import { SyncJudge } from './judge';
import { Coverage } from './coverage';
import { TraceArbitrary } from './draw/traceArbitrary';
import type { Trace } from './trace/trace';

const SEED = 20170117;

function tracesOf(maxCommands: number): TraceArbitrary {
  return new TraceArbitrary({ ops: modelSystem().ops, maxProcs: 128, maxCommands }, () => []);
}

function firstFailure(judge: SyncJudge, maxCommands: number, numRuns: number): Failure | undefined {
  let failure: Failure | undefined;
  const holds = (trace: Trace): boolean => {
    const verdict = judge.run(trace);
    failure = verdict.failure;
    return failure === undefined;
  };
  fc.check(fc.property(tracesOf(maxCommands), holds), { seed: SEED, numRuns, endOnFailure: true });
  return failure;
}

test('every check holds after every step of the clean model, audited after every step', () => {
  const judge = new SyncJudge(modelSystem(), { checks: CHECKS, isThorough: true });
  expect(firstFailure(judge, 200, 300)).toBeUndefined();
});

test('the traces reach every state that bugs hide in', () => {
  const coverage = new Coverage(modelSystem().ops);
  const judge = new SyncJudge(modelSystem(), { checks: CHECKS, coverage });
  expect(firstFailure(judge, 400, 1500)).toBeUndefined();
  expect(coverage.states().filter(({ steps }) => steps === 0)).toEqual([]);
  expect(coverage.ops().filter(({ applied }) => applied === 0)).toEqual([]);
});

test('the same seed draws the same traces', () => {
  const sample = () => fc.sample(tracesOf(100), { seed: SEED, numRuns: 50 });
  expect(sample()).toEqual(sample());
});

test.each([
  ['rescan', 'mcentral.ts', 'h.nmalloc[sizeclass] -= n;', 'h.nmalloc[sizeclass] += n;'],
  ['heap-live', 'mcentral.ts', 'h.heap_live -= n * class_to_size[sizeclass];', ''],
  ['tiny', 'malloc.ts', 'c.local_tinyallocs[p]++;', ''],
  ['lists', 'mcentral.ts', 'if (preserve) {\n', 'if (preserve && !wasempty) {\n'],
  [
    'flushed',
    'mstats.ts',
    'for (let p = 0; p < h.gomaxprocs; p++) purgecachedstats(h, p);',
    'for (let p = 1; p < h.gomaxprocs; p++) purgecachedstats(h, p);',
  ],
  ['placement', 'malloc.ts', 'spans.freeindex[s] = slot + 1;', 'spans.freeindex[s] = slot;'],
  ['pages-in-use', 'mheap.ts', 'h.pagesInUse -= spans.npages[s];', 'h.pagesInUse -= 1;'],
])('%s sees a planted bug that it must see', (check, file, find, replace) => {
  const planted = modelSystem(plantModel({ name: 'planted', edits: [{ file, find, replace }] }));
  const judge = new SyncJudge(planted, { checks: CHECKS.filter(({ name }) => name === check) });
  expect(firstFailure(judge, 400, 500)?.check).toBe(check);
});
