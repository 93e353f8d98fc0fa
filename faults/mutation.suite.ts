/**
 * What Stryker runs against each mutant of the model: the whole suite on few traces, and a flood of rows and spans
 * that makes every array grow. It is no test file of `npm test`, where the same properties run for longer.
 */
import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks';
import { modelSystem } from '../systems/model';
import { hunt } from './hunt';

const STEPS = 25_000;

test('every check holds on the model', () => {
  expect(hunt(modelSystem(), CHECKS, 20170117, STEPS).caught?.failure).toBeUndefined();
});
