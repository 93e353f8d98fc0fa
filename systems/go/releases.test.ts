import { expect, test } from 'vitest';
import { knownBugOf } from './releases';

const MESSAGE = 'NumGC: 0, expected 1 (-1)';

test('a collection that does nothing is a known bug of go1.9 and go1.9.1, and of no other release', () => {
  expect(knownBugOf('go1.9', 'cycle', MESSAGE)?.issue).toBe(22023);
  expect(knownBugOf('go1.9.1', 'cycle', MESSAGE)?.issue).toBe(22023);
  expect(knownBugOf('go1.9.2', 'cycle', MESSAGE)).toBeUndefined();
});

test('another failure of these releases is not that bug', () => {
  expect(knownBugOf('go1.9', 'cycle', 'NumGC: 10, expected 1 (+9)')).toBeUndefined();
});
