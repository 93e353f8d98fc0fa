/**
 * Replays every trace of this folder. With the fault that its file names it must fail as it did; without it, it must hold.
 * Drop a counterexample in here, and it is guarded from then on.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { plantModel } from '../faults/plantModel';
import { CHECKS } from '../properties/checks/checks';
import { SyncJudge } from '../properties/judge';
import { parseTraceFile } from '../properties/trace/traceFile';
import { firstObstacle } from '../properties/ledger/applicability';
import { modelSystem } from '../systems/model';

const FILES = readdirSync(__dirname).filter((name) => name.endsWith('.json'));

test('the corpus is not empty', () => expect(FILES.length).toBeGreaterThan(0));

test.each(FILES)('%s', (name) => {
  const file = parseTraceFile(readFileSync(join(__dirname, name), 'utf8'), name);
  expect(firstObstacle(file)).toBeUndefined();
  const failureOn = (system: ReturnType<typeof modelSystem>) => {
    const verdict = new SyncJudge(system, { checks: CHECKS, isThorough: true }).run(file);
    return verdict.failure;
  };
  expect(failureOn(modelSystem())).toBeUndefined();
  if (file.plant) {
    const planted = failureOn(modelSystem(plantModel(file.plant)));
    expect({ check: planted?.check, step: planted?.step }).toEqual({
      check: file.failure?.check,
      step: file.failure?.step,
    });
  }
});
