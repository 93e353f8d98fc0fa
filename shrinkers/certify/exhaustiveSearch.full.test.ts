/** The exhaustive search against a brute force that skips nothing: both find a bug at the same length, or neither does. */
import { expect, test } from 'vitest';
import { readCatalogue } from '../../faults/catalogue';
import { bornBy, type Command } from '../../properties/trace/command';
import { CHECKS } from '../../properties/checks/checks';
import type { Trace } from '../../properties/trace/trace';
import { modelSystem } from '../../systems/model';
import { isApplicable } from '../applicable';
import { probeOf, type Probe } from './probe';
import { searchExhaustively } from './exhaustiveSearch';
import { planted } from '../../testing/planted';

const MAX_COMMANDS = 4;

/** A small alphabet: a span of one slot, a span of many, and one P that may become two. */
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

/** Runs every trace over the alphabet; returns the length at which each signature first appears. */
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

test.each(FAULTS)('%s: the search finds each bug at the same length as brute force', async (name) => {
  const probe = probeOf(planted(name).system, CHECKS);
  if (probe === undefined) throw new Error('the model shows its heap');
  for (const [signature, length] of bruteForce(probe)) {
    const result = await searchExhaustively(probe, {
      shapes: [{ procs: 1 }],
      alphabet,
      maxCommands: MAX_COMMANDS,
      isWanted: ({ failure }) => failure.signature === signature,
    });
    expect([signature, result.found?.trace.commands.length]).toEqual([signature, length]);
  }
});

test('on the clean model it tries everything, finds nothing, and skips traces that lead to a known state', async () => {
  const probe = probeOf(modelSystem(), CHECKS);
  if (probe === undefined) throw new Error('the model shows its heap');
  const result = await searchExhaustively(probe, {
    shapes: [{ procs: 1 }, { procs: 2 }],
    alphabet,
    maxCommands: MAX_COMMANDS,
    isWanted: () => true,
  });
  expect(result).toMatchObject({ found: undefined, doneCommands: MAX_COMMANDS });
  expect(result.folded).toBeGreaterThan(0);
});

test('every fault that these tests plant is in the catalogue', () => {
  const names = new Set(readCatalogue().map(({ name }) => name));
  expect(FAULTS.filter((name) => !names.has(name))).toEqual([]);
});
