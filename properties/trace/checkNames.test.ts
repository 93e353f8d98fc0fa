import { expect, test } from 'vitest';
import { CHECKS } from '../checks/checks';
import { CHECK_NAMES } from './checkNames';

test('the names are those of the checks, in the same order', () => {
  expect(CHECKS.map(({ name }) => name)).toEqual(CHECK_NAMES);
});
