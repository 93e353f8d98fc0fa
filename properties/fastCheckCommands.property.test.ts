/** The checks hold through fast-check's own command API, and a planted bug is found. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { plantModel } from '../faults/plantModel';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks/checks';
import { JudgedSystem, fastCheckCommands } from './fastCheckCommands';
import { SyncJudge } from './judge';
import type { SteppedSystem } from './system';

const SEED = 20170117;

function check(system: SteppedSystem, numRuns: number): { readonly error: string; readonly steps: number } {
  const judged = new JudgedSystem(system, new SyncJudge(system, { checks: CHECKS }));
  let steps = 0;
  const property = fc.property(fastCheckCommands({ ops: system.ops, maxProcs: 4, maxCommands: 200 }), (commands) => {
    fc.modelRun(() => judged.start(2), commands);
    judged.end();
    steps += judged.steps;
  });
  const { errorInstance } = fc.check(property, { seed: SEED, numRuns, endOnFailure: true });
  return { error: errorInstance instanceof Error ? errorInstance.message : '', steps };
}

test('every check holds after every step that fc.modelRun takes', () => {
  const { error, steps } = check(modelSystem(), 300);
  expect(error).toBe('');
  // Most commands apply: of about a hundred in a run, seventy.
  expect(steps).toBeGreaterThan(300 * 40);
});

test.each([
  ['rescan', 'mcentral.ts', 'h.nmalloc[sizeclass] -= n;', 'h.nmalloc[sizeclass] += n;'],
  ['tiny', 'malloc.ts', 'c.local_tinyallocs[p]++;', ''],
  ['throw', 'malloc.ts', 'if (slot >= spans.nelems[s]) throw_', 'throw_'],
])('a planted bug is found through fc.modelRun: %s', (found, file, find, replace) => {
  const { error } = check(modelSystem(plantModel({ name: 'planted', edits: [{ file, find, replace }] })), 300);
  expect(error).toContain(found === 'throw' ? 'freeIndex is not valid' : `${found} `);
});
