/** Traces that observe the system by a flushing read at each step: they are drawn, their commands apply, and they hold. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelSystem } from '../systems/model';
import { CHECKS } from './checks/checks';
import { COMMON_OPS } from './trace/command';
import { SyncJudge } from './judge';
import { formatTraceFile, parseTraceFile } from './trace/traceFile';
import { TraceArbitrary } from './draw/traceArbitrary';
import { firstObstacle } from './ledger/applicability';

const OPTIONS = { ops: COMMON_OPS, maxProcs: 8, maxCommands: 120 };
const TRACES = new TraceArbitrary({ ...OPTIONS, canReadEachStep: true }, () => []);

test('some traces read a system at each step that can be read so, and none of these names a span in a cache', () => {
  const traces = fc.sample(TRACES, { numRuns: 200, seed: 1 });
  const reading = traces.filter(({ shape }) => shape.readsEachStep === true);
  expect(reading.length).toBeGreaterThan(20);
  expect(reading.length).toBeLessThan(100);
  expect(
    reading.flatMap(({ commands }) => commands).filter(({ op }) => op === 'cacheSpan' || op === 'uncacheSpan'),
  ).toEqual([]);
  for (const trace of traces) expect(firstObstacle(trace)).toBeUndefined();
});

test('no trace reads each step on a system that cannot', () => {
  const traces = fc.sample(new TraceArbitrary(OPTIONS, () => []), { numRuns: 100, seed: 1 });
  expect(traces.filter(({ shape }) => shape.readsEachStep !== undefined)).toEqual([]);
});

test('the model holds when it is read at each step', () => {
  const judge = new SyncJudge(modelSystem(), { checks: CHECKS, isThorough: true });
  fc.assert(
    fc.property(TRACES, (trace) => {
      const { failure } = judge.run(trace);
      expect(failure).toBeUndefined();
    }),
    { numRuns: 60, seed: 2 },
  );
});

test('no span can be cached there, since the read would give it back without an object', () => {
  const commands = [{ op: 'cacheSpan', p: 0, class: 5 }] as const;
  expect(firstObstacle({ shape: { procs: 1 }, commands })).toBeUndefined();
  expect(firstObstacle({ shape: { procs: 1, readsEachStep: true }, commands })).toMatchObject({ step: 0 });
});

test('a file keeps how its trace is observed', () => {
  const trace = { shape: { procs: 2, readsEachStep: true }, commands: [{ op: 'gcStart', p: 1 }] } as const;
  expect(formatTraceFile(trace)).toContain('"shape": {"procs":2,"readsEachStep":true}');
  expect(parseTraceFile(formatTraceFile(trace), 'trace.json')).toEqual(trace);
});
