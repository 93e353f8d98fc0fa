/** Only a trace that was checked to its end is held; a failing trace that runs twice is counted once. */
import { expect, test } from 'vitest';
import { plantModel } from '../faults/plantModel';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks/checks';
import { Coverage } from './coverage';
import { AsyncJudge, SyncJudge } from './judge';
import type { AsyncSystem, SyncSystem } from './system';
import type { Command } from './trace/command';
import type { Trace } from './trace/trace';

const ALLOC: Command = { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 };
const TRACE: Trace = { shape: { procs: 1 }, commands: [ALLOC, { op: 'readMemStats' }] };

function modelThat(run: SyncSystem['run']): SyncSystem {
  return Object.assign(Object.create(modelSystem()) as SyncSystem, { run });
}

test('a trace that was checked to its end is held, and names the checks', () => {
  const checks = CHECKS.filter(({ name }) => name === 'rescan' || name === 'twins');
  expect(new SyncJudge(modelSystem(), { checks }).run(TRACE)).toEqual({
    outcome: 'held',
    failure: undefined,
    steps: 2,
    checks: ['rescan'],
  });
});

test('a judge without a check that can run holds nothing', () => {
  const checks = CHECKS.filter(({ name }) => name === 'twins');
  expect(new SyncJudge(modelSystem(), { checks }).run(TRACE)).toMatchObject({
    outcome: 'unchecked',
    why: 'no check can run on this system',
    checks: [],
  });
});

test('a trace of no commands is not held', () => {
  const verdict = new SyncJudge(modelSystem(), { checks: CHECKS }).run({ ...TRACE, commands: [] });
  expect(verdict).toMatchObject({ outcome: 'unchecked', why: 'the trace has no commands', steps: 0 });
});

test('a system that stops before the last command is not held', () => {
  const system = modelThat((trace, observe) =>
    modelSystem().run({ ...trace, commands: trace.commands.slice(0, 1) }, observe),
  );
  expect(new SyncJudge(system, { checks: CHECKS }).run(TRACE)).toMatchObject({
    outcome: 'unchecked',
    why: 'the system ended the trace early',
    steps: 1,
  });
});

test('a death at a step that the trace does not have is an error, not a verdict', () => {
  const system = modelThat(() => ({ step: -1, kind: 'crash', message: 'gone' }));
  expect(() => new SyncJudge(system, { checks: CHECKS }).run(TRACE)).toThrow(
    'model died at step -1, which the trace does not have: gone',
  );
});

/** Fails at an audit long after the step that corrupts: the trace is run a second time to find that step. */
const STALE_ROW = plantModel({
  name: 'stale-row',
  edits: [
    {
      file: 'mspanlist.ts',
      find: '  spans.list[s] = NO_LIST;\n',
      replace: '  spans.list[s] = NO_LIST;\n  lists.last[0] = s;\n',
    },
  ],
});

const SWEEP: Trace = {
  shape: { procs: 1 },
  commands: [
    ...Array.from({ length: 9 }, (_, i): Command => ({ ...ALLOC, op: 'smallAlloc', name: i + 1 })),
    { op: 'uncacheSpan', p: 0, class: 5 },
    ...Array.from({ length: 12 }, (_, i): Command => ({ op: 'allocStack', pages: 1, name: i + 10 })),
    { op: 'gcStart', p: 0 },
  ],
};

function appliedSteps(coverage: Coverage): number {
  return coverage.ops().reduce((sum, { applied }) => sum + applied, 0);
}

test('a second, thorough run names the step that corrupts and counts no coverage twice', async () => {
  const offered = modelSystem().ops;
  for (const isAsync of [false, true]) {
    const model = modelSystem(STALE_ROW);
    let runs = 0;
    const observedRuns: SyncSystem['run'] = (trace, observe) => {
      runs++;
      return model.run(trace, observe);
    };
    const coverage = new Coverage(offered);
    const options = { checks: CHECKS.filter(({ name }) => name === 'lists'), coverage };
    const asynchronous: AsyncSystem = Object.assign(Object.create(model) as SyncSystem, {
      isAsync: true as const,
      run: (...args: Parameters<SyncSystem['run']>) => Promise.resolve(observedRuns(...args)),
      close: () => Promise.resolve(),
    });
    const synchronous = Object.assign(Object.create(model) as SyncSystem, { run: observedRuns });
    const verdict = isAsync
      ? await new AsyncJudge(asynchronous, options).run(SWEEP)
      : new SyncJudge(synchronous, options).run(SWEEP);
    expect(runs).toBe(2);
    const { failure } = verdict;
    expect(failure?.step).toBeLessThan(SWEEP.commands.length - 1);
    // The first run went on to the audit at the collection.
    expect(appliedSteps(coverage)).toBe(SWEEP.commands.length);
  }
});
