import { afterEach, expect, test } from 'vitest';
import { Session } from './session';

let session = new Session();

afterEach(() => {
  session.close();
  session = new Session();
});

test('work is waited for, and its error comes out', async () => {
  expect(await session.untilGivenUp(Promise.resolve(3))).toBe(3);
  await expect(session.untilGivenUp(Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('after a signal, work that never ends is given up', async () => {
  process.emit('SIGINT', 'SIGINT');
  expect(await session.untilGivenUp(new Promise(() => undefined))).toBeUndefined();
  expect(session.interruptCode).toBe(130);
});

test('work that a signal breaks is interrupted, and no error', async () => {
  let fail: (error: Error) => void = () => undefined;
  const work = session.untilGivenUp(new Promise((_, reject) => (fail = reject)));
  process.emit('SIGTERM', 'SIGTERM');
  fail(new Error('the build was interrupted'));
  expect(await work).toBeUndefined();
  expect(session.interruptCode).toBe(143);
});

test('a signal and the end of the time both abort', async () => {
  const never = session.abortAfter(Infinity);
  const soon = session.abortAfter(0.01);
  await new Promise((later) => soon.addEventListener('abort', later));
  expect(never.aborted).toBe(false);
  process.emit('SIGINT', 'SIGINT');
  expect(never.aborted).toBe(true);
});
