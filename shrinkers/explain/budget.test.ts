/** Budgets: what they remember, and that others get a turn. */
import { expect, test } from 'vitest';
import { Budget } from './budget';

test('it is spent once time is up, stays spent, and only then has cut something short', async () => {
  let isOver = false;
  const budget = new Budget(() => isOver);
  expect([await budget.isSpent(), budget.isCutShort]).toEqual([false, false]);
  isOver = true;
  expect(budget.isCutShort).toBe(false);
  expect([await budget.isSpent(), budget.isCutShort]).toEqual([true, true]);
  isOver = false;
  expect(await budget.isSpent()).toBe(true);
});

test('to ask gives the event loop a turn, in which Ctrl-C arrives', async () => {
  let isInterrupted = false;
  setImmediate(() => (isInterrupted = true));
  expect(await new Budget(() => isInterrupted).isSpent()).toBe(true);
});

test('without a deadline it is never spent', async () => {
  expect(await new Budget().isSpent()).toBe(false);
});
