/** The first command that does not apply is named, with the reason. */
import { expect, test } from 'vitest';
import type { Command } from '../trace/command';
import { firstObstacle } from './applicability';
import { Ledger } from './ledger';

const ALLOC: Command = { op: 'smallAlloc', p: 0, class: 5, count: 1, name: 1 };
const CACHE: Command = { op: 'cacheSpan', p: 0, class: 5 };

test.each<[string, readonly Command[], number | undefined, string | undefined]>([
  ['nothing', [], undefined, undefined],
  ['a name that is freed once', [ALLOC, { op: 'free', object: 1 }], undefined, undefined],
  [
    'a name that is freed twice',
    [ALLOC, { op: 'free', object: 1 }, { op: 'free', object: 1 }],
    2,
    'the object is not in play',
  ],
  ['a name that is taken', [ALLOC, ALLOC], 1, 'the name is taken'],
  ['a P that does not exist', [{ ...ALLOC, p: 2 }], 0, 'there is no such P now'],
  [
    'a P that is gone',
    [
      { op: 'setProcs', procs: 1 },
      { ...ALLOC, p: 1 },
    ],
    1,
    'there is no such P now',
  ],
  [
    'a stack that is freed as an object',
    [
      { op: 'allocStack', pages: 1, name: 1 },
      { op: 'free', object: 1 },
    ],
    1,
    'the object is not in play',
  ],
  ['an object that is freed as a stack', [ALLOC, { op: 'freeStack', stack: 1 }], 1, 'the stack is not in play'],
  ['a sweep of an object that never was', [{ op: 'sweepSpan', p: 0, object: 1 }], 0, 'the object was never born'],
  [
    'a flush of a fresh span',
    [CACHE, { op: 'readMemStats' }],
    1,
    'a P has cached a span and allocated nothing from it',
  ],
  ['a span that is used and then flushed', [CACHE, ALLOC, { op: 'readMemStats' }], undefined, undefined],
  [
    'a P with a fresh span that is destroyed',
    [
      { ...CACHE, p: 1 },
      { op: 'setProcs', procs: 1 },
    ],
    1,
    'a P has cached a span and allocated nothing from it',
  ],
  ['a P with a fresh span that stays', [CACHE, { op: 'setProcs', procs: 1 }], undefined, undefined],
])('%s', (_, commands, step, why) => {
  const expected = step === undefined ? undefined : { step, why };
  expect(firstObstacle({ shape: { procs: 2 }, commands })).toEqual(expected);
});

test('a ledger that was used before starts over', () => {
  const ledger = new Ledger();
  const trace = { shape: { procs: 1 }, commands: [ALLOC] };
  expect(firstObstacle(trace, ledger)).toBeUndefined();
  expect(firstObstacle(trace, ledger)).toBeUndefined();
});
