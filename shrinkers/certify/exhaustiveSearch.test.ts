/** The exhaustive search against a brute force that folds nothing: both find a bug at the same length, or neither does. */
import { expect, test } from 'vitest';
import { readCatalogue } from '../../faults/catalogue';
import { bornBy, type Command } from '../../properties/trace/command';
import { CHECKS } from '../../properties/checks/checks';
import type { Failure } from '../../properties/failure';
import type { Trace } from '../../properties/trace/trace';
import { modelSystem } from '../../systems/model';
import { isApplicable } from '../applicable';
import { certify } from './certificate';
import { probeOf, type Probe } from './probe';
import { searchExhaustively } from './exhaustiveSearch';
import { planted, someFailingTrace } from '../../testing/planted';
import { asyncTrial } from '../trial';

const MAX_COMMANDS = 4;

/** A small alphabet: a span of one slot, a span of many, one P that may become two. */
function alphabet(procs: number, names: readonly number[], name: number): readonly Command[] {
  return [
    { op: 'uncacheSpan', p: 0, class: 1 },
    { op: 'cacheSpan', p: procs - 1, class: 50 },
    { op: 'smallAlloc', p: 0, class: 1, count: 1, name },
    { op: 'smallAlloc', p: procs - 1, class: 50, count: 2, name },
    ...names.map((object): Command => ({ op: 'free', object })),
    ...names.map((object): Command => ({ op: 'sweepSpan', p: 0, object })),
    { op: 'readMemStats' },
    { op: 'gcStart', p: 0 },
    { op: 'tinyAlloc', p: 0, size: 1, name },
    { op: 'setProcs', procs: 3 - procs },
  ];
}

/** Every trace over the alphabet, one length after the other; signatures of all that fails, by the length at which they first do. */
function bruteForce(probe: Probe): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  let level: readonly Trace[] = [{ shape: { procs: 1 }, commands: [] }];
  for (let length = 1; length <= MAX_COMMANDS; length++) {
    const next: Trace[] = [];
    for (const trace of level) {
      const procs = trace.commands.reduce((now, command) => (command.op === 'setProcs' ? command.procs : now), 1);
      const names = trace.commands.map(bornBy).filter((name) => name !== 0);
      for (const command of alphabet(procs, names, names.length + 1)) {
        const candidate = { shape: trace.shape, commands: [...trace.commands, command] };
        if (!isApplicable(candidate)) continue;
        const failure = probe.tryTrace(candidate);
        if (failure === undefined) next.push(candidate);
        else if (!first.has(failure.signature)) first.set(failure.signature, length);
      }
    }
    level = next;
  }
  return first;
}

const FAULTS = [
  'sweep-not-counted',
  'freemcache-drops-counters',
  'purge-tinyallocs-overwrites',
  'gc-sweep-after-mark',
  'coalesce-none',
  'list-insert-no-next',
  'swap-shares-one-row',
  'sweepone-stops-at-last',
];

test.each(FAULTS)('%s: the search finds each bug at the length at which brute force does', async (name) => {
  const probe = probeOf(planted(name).system, CHECKS);
  if (probe === undefined) throw new Error('the model shows its heap');
  for (const [signature, length] of bruteForce(probe)) {
    const result = await searchExhaustively(probe, {
      procs: [1],
      alphabet,
      maxCommands: MAX_COMMANDS,
      isWanted: ({ failure }) => failure.signature === signature,
    });
    expect([signature, result.found?.trace.commands.length]).toEqual([signature, length]);
  }
});

test('on the clean model it tries everything, finds nothing and folds what is the same', async () => {
  const probe = probeOf(modelSystem(), CHECKS);
  if (probe === undefined) throw new Error('the model shows its heap');
  const result = await searchExhaustively(probe, {
    procs: [1, 2],
    alphabet,
    maxCommands: MAX_COMMANDS,
    isWanted: () => true,
  });
  expect(result).toMatchObject({ found: undefined, doneCommands: MAX_COMMANDS });
  expect(result.folded).toBeGreaterThan(0);
});

test('a certificate names a shorter trace where there is one, and says what was tried where not', async () => {
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
    /^no failing trace of fewer commands exists \(\d+ traces tried of 12 ops; size classes 1, 4, 50/,
  );
});

test('a certificate that runs out of time says how far it came', async () => {
  const { system, tryTrace, trial, name } = planted('sweep-not-counted');
  const known = someFailingTrace({ system, tryTrace, trial, name }, 1);
  let tries = 0;
  const certificate = await certify(known, { system, checks: CHECKS, trial, isOver: () => tries++ > 300 });
  expect(certificate.isComplete).toBe(false);
  expect(certificate.statement).toContain('the budget ended there');
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
  expect(certificate).toMatchObject({ method: 'nearby', isComplete: true, smaller: undefined, tries: 1 });
  expect(certificate.statement).toBe('none of 1 subsequence and 0 single lowerings fails the same way');
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
  expect(lower.statement).toBe('a failing trace of 2 commands exists, which spancheck shrink finds');
  const known = { trace: higher, failure: tryTrace(higher) as Failure };
  expect((await certify(known, { system: slow, checks: CHECKS, trial })).smaller).toBeUndefined();
  const evenLower = await certify(
    { ...known, trace: { ...higher, shape: { procs: 2 } } },
    { system: slow, checks: CHECKS, trial },
  );
  expect(evenLower.statement).toBe('a failing trace with one argument lower exists, which spancheck shrink finds');
});

test('every fault that it is tried on is in the catalogue', () => {
  const names = new Set(readCatalogue().map(({ name }) => name));
  expect(FAULTS.filter((name) => !names.has(name))).toEqual([]);
});
