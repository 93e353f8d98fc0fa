/**
 * The suite that Stryker runs against each mutant of the model. Most mutants die within the first hundred steps, so it
 * begins with short traces and leaves to the long ones what only a large heap shows. `npm test` runs the same properties
 * for longer, so this is not one of its test files.
 */
import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks/checks';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import { modelSystem } from '../systems/model';
import { findFailure } from '../faults/kill/findFailure';

test.each([
  { maxCommands: 30, steps: 500 },
  { maxCommands: 120, steps: 2_500 },
  { maxCommands: 400, steps: 8_000 },
])('every check holds on the model in traces of up to $maxCommands commands', ({ maxCommands, steps }) => {
  const system = modelSystem();
  const { ops, maxProcs } = system;
  const arbitrary = new TraceArbitrary({ ops, maxProcs, maxCommands }, () => []);
  expect(findFailure(system, CHECKS, 20170117, steps, arbitrary).found?.failure).toBeUndefined();
});
