/** Certificates: what they claim, and what they were made from. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { planted, someFailingTrace } from '../../testing/planted';
import { asyncTrial } from '../trial';
import { certify } from './certificate';

test('a certificate has a shorter trace if there is one, and else says what was tried', async () => {
  const { system, tryTrace, trial } = planted('uncache-span-adds');
  const longer: Trace = {
    shape: { procs: 1 },
    commands: [
      { op: 'readMemStats' },
      { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 },
      { op: 'uncacheSpan', p: 0, class: 1 },
    ],
  };
  const failure = tryTrace(longer) as Failure;
  const found = await certify({ trace: longer, failure }, { system, checks: CHECKS, trial });
  expect(found).toMatchObject({ isComplete: false, smaller: { trace: { commands: longer.commands.slice(1) } } });
  if (found.smaller === undefined) return;
  const none = await certify(found.smaller, { system, checks: CHECKS, trial });
  expect(none).toMatchObject({ method: 'exhaustive', isComplete: true, doneCommands: 1, smaller: undefined });
  expect(none.statement).toMatch(
    /^no failing trace of fewer commands exists \(tried \d+ traces: 12 ops; size classes 1, 4, 50/,
  );
});

test('a certificate that runs out of time says how far it got', async () => {
  const { system, tryTrace, trial, name } = planted('sweep-not-counted');
  const known = someFailingTrace({ system, tryTrace, trial, name }, 1);
  let tries = 0;
  const certificate = await certify(known, { system, checks: CHECKS, trial, isOver: () => tries++ > 300 });
  expect(certificate.isComplete).toBe(false);
  expect(certificate.statement).toContain('but time ran out');
});

test('a system that does not show its heap gets every subsequence and every single lowering', async () => {
  const { system, tryTrace, trial } = planted('uncache-span-adds');
  const slow = { ...system, shows: new Set(['rescan'] as const), run: system.run.bind(system) };
  const trace: Trace = {
    shape: { procs: 1 },
    commands: [
      { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 },
      { op: 'uncacheSpan', p: 0, class: 1 },
    ],
  };
  const failure = tryTrace(trace) as Failure;
  const certificate = await certify(
    { trace, failure },
    { system: slow, checks: CHECKS, trial: asyncTrial(async (candidate) => Promise.resolve(tryTrace(candidate))) },
  );
  expect(certificate).toMatchObject({ method: 'local', isComplete: true, smaller: undefined, tries: 1 });
  expect(certificate.statement).toBe(
    'one smaller trace was tried (1 trace with commands left out and 0 with one argument lowered), and none fails the same way',
  );
  const higher: Trace = {
    shape: { procs: 1 },
    commands: [
      { op: 'smallAlloc', p: 0, class: 2, count: 1, name: 1 },
      { op: 'uncacheSpan', p: 0, class: 2 },
    ],
  };
  const lower = await certify(
    {
      trace: { ...higher, commands: [...higher.commands, { op: 'readMemStats' }] },
      failure: tryTrace(higher) as Failure,
    },
    { system: slow, checks: CHECKS, trial },
  );
  expect(lower.smaller?.trace.commands).toHaveLength(2);
  expect(lower.statement).toBe('a failing trace of 2 commands exists; spancheck shrink finds it');
  const known = { trace: higher, failure: tryTrace(higher) as Failure };
  expect((await certify(known, { system: slow, checks: CHECKS, trial })).smaller).toBeUndefined();
  const evenLower = await certify(
    { ...known, trace: { ...higher, shape: { procs: 2 } } },
    { system: slow, checks: CHECKS, trial },
  );
  expect(evenLower.statement).toBe('a failing trace with one argument lower exists; spancheck shrink finds it');
});

test('a trace that is read at each step is held against traces that are and traces that are not', async () => {
  const { system, tryTrace, trial } = planted('uncache-span-adds');
  const trace: Trace = {
    shape: { procs: 1, readsEachStep: true },
    commands: [{ op: 'readMemStats' }, { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 }],
  };
  const failure = tryTrace(trace) as Failure;
  const { smaller } = await certify({ trace, failure }, { system, checks: CHECKS, trial });
  expect(smaller?.trace).toEqual({ shape: { procs: 1, readsEachStep: true }, commands: trace.commands.slice(1) });
});
