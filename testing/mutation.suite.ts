/**
 * What Stryker runs against each mutant of the model: the whole suite on few traces. Most mutants die within the first
 * hundred steps, so that it begins with short traces; what only a large heap shows is left to the long ones. It is no
 * test file of `npm test`, where the same properties run for longer.
 */
import { expect, test } from 'vitest';
import { CHECKS } from '../properties/checks/checks';
import { TraceArbitrary } from '../properties/draw/traceArbitrary';
import { modelSystem } from '../systems/model';
import { hunt } from '../faults/kill/hunt';

test.each([
  { maxCommands: 30, steps: 500 },
  { maxCommands: 120, steps: 2_500 },
  { maxCommands: 400, steps: 8_000 },
])('every check holds on the model in traces of up to $maxCommands commands', ({ maxCommands, steps }) => {
  const system = modelSystem();
  const { ops, maxProcs } = system;
  const arbitrary = new TraceArbitrary({ ops, maxProcs, maxCommands }, () => []);
  expect(hunt(system, CHECKS, 20170117, steps, arbitrary).caught?.failure).toBeUndefined();
});
