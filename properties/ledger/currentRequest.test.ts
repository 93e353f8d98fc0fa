/** The request says what each command takes, and keeps nothing of the command before. */
import { expect, test } from 'vitest';
import type { Command } from '../trace/command';
import { CurrentRequest } from './currentRequest';
import { Ledger } from './ledger';

function requestOf(...commands: readonly Command[]): CurrentRequest {
  const ledger = new Ledger();
  ledger.reset(4);
  const request = new CurrentRequest();
  for (const command of commands) {
    ledger.apply(command);
    request.read(command, ledger);
  }
  return request;
}

const TINY: Command = { op: 'tinyAlloc', p: 1, size: 3, name: 1 };
const NOTHING = {
  name: 0,
  sizeclass: 0,
  pages: 0,
  p: 0,
  isTiny: false,
  isTinyHit: false,
  isStack: false,
  canReuse: false,
};

test.each<[Command, Partial<typeof NOTHING>]>([
  [
    { op: 'smallAlloc', p: 2, class: 34, count: 3, name: 5 },
    { name: 5, sizeclass: 34, pages: 2, p: 2, canReuse: true },
  ],
  [
    { op: 'smallAlloc', p: 2, class: 5, count: 1, name: 5, pointers: true },
    { name: 5, sizeclass: 5, pages: 1, p: 2 },
  ],
  [
    { op: 'tinyAlloc', p: 3, size: 4, name: 2 },
    { name: 2, sizeclass: 2, pages: 1, p: 3, isTiny: true },
  ],
  [
    { op: 'tinyAlloc', p: 1, size: 4, name: 2 },
    { name: 2, sizeclass: 2, pages: 1, p: 1, isTiny: true, isTinyHit: true },
  ],
  [
    { op: 'tinyAlloc', p: 1, size: 0, name: 2 },
    { name: 2, sizeclass: 2, pages: 1, p: 1, isTiny: true },
  ],
  [
    { op: 'largeAlloc', p: 1, size: 40_961, name: 9 },
    { name: 9, pages: 6, p: 1 },
  ],
  [
    { op: 'allocStack', pages: 7, name: 4 },
    { name: 4, isStack: true },
  ],
  [
    { op: 'cacheSpan', p: 3, class: 34 },
    { sizeclass: 34, pages: 2, p: 3 },
  ],
  [{ op: 'gcStart', p: 2 }, {}],
])('%j', (command, expected) => {
  expect(requestOf(TINY, command)).toEqual({ ...NOTHING, ...expected });
});
