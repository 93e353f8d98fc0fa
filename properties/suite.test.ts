/** The suite says what it evaluated, and refuses to run where it could evaluate nothing. */
import { expect, test, vi } from 'vitest';
import { inProcessSystem, type InProcessAllocator } from '../systems/inProcess';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks/checks';
import { TraceArbitrary } from './draw/traceArbitrary';
import { outcomeOf } from './evaluation';
import { runSuite, type SuiteOptions } from './suite';
import type { SyncSystem, System } from './system';

const named = (...names: readonly string[]) => CHECKS.filter(({ name }) => names.includes(name));

function run(system: System, options: Partial<SuiteOptions> = {}) {
  return runSuite({ system, checks: CHECKS, seed: 1, traces: 20, maxCommands: 40, ...options });
}

/** Counts objects, and publishes that one figure, or as many as `more` adds. */
function counting(more: () => object = () => ({})): System {
  let mallocs = 0;
  const allocator: InProcessAllocator = {
    name: 'counting',
    ops: ['smallAlloc'],
    reset: () => (mallocs = 0),
    apply: (command) => (mallocs += command.op === 'smallAlloc' ? command.count : 0),
    stats: () => ({ Mallocs: mallocs, ...more() }),
    rescan: () => ({ Mallocs: mallocs }),
  };
  return inProcessSystem(allocator);
}

test('the model: each check with its steps, and those that need what the model does not show', async () => {
  const { evaluation, steps, coverage, found } = await run(modelSystem());
  expect(found).toBeUndefined();
  expect(evaluation.checksNotRun).toEqual([
    { name: 'twins', needs: ['twins'] },
    { name: 'model', needs: ['predicted'] },
  ]);
  const stepsOf = new Map(evaluation.checksRun.map((check) => [check.name, check.steps]));
  expect(stepsOf.size).toBe(CHECKS.length - 2);
  expect(stepsOf.get('rescan')).toBe(steps);
  const flushes = coverage.ops().filter(({ op }) => op === 'readMemStats' || op === 'gcStart');
  expect(stepsOf.get('flushed')).toBe(flushes.reduce((sum, { applied }) => sum + applied, 0));
  expect(evaluation.figuresNotCompared).toEqual([]);
  expect(outcomeOf({ found, evaluation })).toBe('held');
});

test('a system that publishes one figure: all others are listed as compared by nobody', async () => {
  const { evaluation, found } = await run(counting());
  expect(found).toBeUndefined();
  expect(evaluation.checksRun.map(({ name }) => name)).toEqual(['rescan', 'ledger', 'monotone']);
  expect(evaluation.figuresNotCompared).toEqual([
    'Alloc',
    'TotalAlloc',
    'Frees',
    'HeapAlloc',
    'HeapSys',
    'HeapIdle',
    'HeapInuse',
    'HeapObjects',
    'StackInuse',
    'NumGC',
    'BySize',
  ]);
});

test('a figure that the rescan lacks and the ledger does not know is compared by nobody', async () => {
  const system = counting(() => ({ NumGC: 0, Frees: 0 }));
  const { evaluation } = await run(system);
  expect(evaluation.figuresNotCompared).toContain('NumGC');
  expect(evaluation.figuresNotCompared).not.toContain('Frees');
  const { evaluation: withoutLedger } = await run(system, { checks: named('rescan') });
  expect(withoutLedger.figuresNotCompared).toContain('Frees');
});

test.each([
  ['no check is chosen', { checks: [] }, 'checks: none is chosen, so nothing would be checked'],
  [
    'no check can run',
    { checks: named('twins', 'model') },
    'checks: none of them can run on model, which does not show what they need: twins needs twins; model needs predicted',
  ],
  ['there are no traces', { traces: 0 }, 'traces: 0 is not 1 or more'],
  ['traces is below zero', { traces: -5 }, 'traces: -5 is not 1 or more'],
  ['traces is not a number', { traces: Number.NaN }, 'traces: NaN is not 1 or more'],
])('it refuses to run where %s', async (_, options, message) => {
  await expect(run(modelSystem(), options)).rejects.toThrow(message);
});

test('a run that ends before its first step is unchecked', async () => {
  const nothing: SyncSystem = Object.assign(Object.create(modelSystem()) as SyncSystem, { run: () => undefined });
  const result = await run(nothing, { isOver: () => true });
  expect(outcomeOf(result)).toBe('unchecked');
  expect(result.evaluation.figuresNotCompared).toContain('Mallocs');
});

test('a system that ends its traces early is an error while there is time', async () => {
  const nothing: SyncSystem = Object.assign(Object.create(modelSystem()) as SyncSystem, { run: () => undefined });
  await expect(run(nothing)).rejects.toThrow(/^model: the system ended the trace early, after 0 of \d+ commands/);
});

test('an error that is thrown while a trace is drawn ends the run', async () => {
  const generate = vi.spyOn(TraceArbitrary.prototype, 'generate').mockImplementation(() => {
    throw new Error('nothing to draw from');
  });
  try {
    await expect(run(modelSystem())).rejects.toThrow('nothing to draw from');
  } finally {
    generate.mockRestore();
  }
});

test('a lazy system without events cannot be compared with the ledger', async () => {
  const system: SyncSystem = Object.assign(Object.create(modelSystem()) as SyncSystem, { shows: new Set(['rescan']) });
  const { evaluation } = await run(system);
  expect(evaluation.checksNotRun).toContainEqual({ name: 'ledger', needs: ['events'] });
});
