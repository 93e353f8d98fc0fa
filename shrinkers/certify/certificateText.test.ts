/** The sentence of a certificate, read aloud. */
import { expect, test } from 'vitest';
import type { FailingTrace } from '../../properties/failure';
import type { Command } from '../../properties/trace/command';
import { exhaustiveStatement, localStatement } from './certificateText';
import type { LocalSearchResult } from './localSearch';

const FAILURE: FailingTrace['failure'] = {
  step: 2,
  op: 'gcStart',
  check: 'rescan',
  drifts: [],
  also: [],
  findings: [],
  flows: 0,
  message: '',
  signature: '',
};

function failing(length: number): FailingTrace {
  const commands = Array.from({ length }, (): Command => ({ op: 'readMemStats' }));
  return { trace: { shape: { procs: 1 }, commands }, failure: FAILURE };
}

const NOTHING: LocalSearchResult = {
  smaller: undefined,
  subsequences: 4,
  lowerings: 9,
  isComplete: true,
  isCutShort: false,
  isSampled: false,
};

test.each<[string, Partial<LocalSearchResult>, string]>([
  [
    'nothing fails',
    {},
    '13 smaller traces were tried (4 traces with commands left out and 9 with one argument lowered), and none fails the same way',
  ],
  [
    'a sampled argument',
    { isSampled: true },
    '13 smaller traces were tried (4 traces with commands left out and 9 with one argument lowered), and none fails the same way; where an argument has many lower values, only the least, the boundary values and the halves were tried',
  ],
  [
    'a long trace',
    { isComplete: false },
    '13 smaller traces were tried (4 traces with commands left out and 9 with one argument lowered), and none fails the same way; no trace with more than two commands left out was tried',
  ],
  [
    'time is up',
    { isComplete: false, isCutShort: true },
    'time ran out after 4 traces with commands left out and 9 with one argument lowered; none of them fails the same way',
  ],
  [
    'nothing to try',
    { subsequences: 0, lowerings: 0 },
    'no smaller trace is left to try: no command can go, and no argument can be lower',
  ],
  ['a shorter trace', { smaller: failing(2) }, 'a failing trace of 2 commands exists; spancheck shrink finds it'],
  [
    'a lower argument',
    { smaller: failing(3) },
    'a failing trace with one argument lower exists; spancheck shrink finds it',
  ],
])('local search: %s', (_, result, statement) => {
  expect(localStatement(failing(3), { ...NOTHING, ...result })).toBe(statement);
});

const ALPHABET: readonly Command[] = [
  { op: 'smallAlloc', p: 0, class: 5, count: 2, name: 1 },
  { op: 'smallAlloc', p: 0, class: 1, count: 1, name: 1 },
  { op: 'largeAlloc', p: 0, size: 32_769, name: 1 },
];

test('exhaustive search: complete, out of time, and with a shorter trace', () => {
  const outcome = { smaller: undefined, doneCommands: 2, tries: 55, alphabet: ALPHABET, highestProcs: 2 };
  expect(exhaustiveStatement(failing(3), outcome)).toBe(
    'no failing trace of fewer commands exists (tried 55 traces: 2 ops; size classes 1, 5; counts 1, 2; sizes 32,769 bytes; on 1 to 2 Ps)',
  );
  expect(exhaustiveStatement(failing(3), { ...outcome, doneCommands: 1, highestProcs: 1 })).toBe(
    'no failing trace of up to 1 of 3 commands exists (tried 55 traces: 2 ops; size classes 1, 5; counts 1, 2; sizes 32,769 bytes; on 1 P), but time ran out before longer ones were tried',
  );
  expect(exhaustiveStatement(failing(3), { ...outcome, smaller: failing(1) })).toBe(
    'a failing trace of 1 command exists; spancheck shrink finds it',
  );
});
