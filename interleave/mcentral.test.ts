import { expect, test } from 'vitest';
import { explore } from './explore';
import { mcentral, type McentralScope } from './mcentral';
import { MCENTRAL_EQUIVALENTS, MCENTRAL_SLIPS, slippedMcentral } from './mcentralSlips';
import { protocolOf } from './program';

test.each<McentralScope>([
  { procs: 1, flows: 3, sweeps: 2 },
  { procs: 2, flows: 2, sweeps: 2 },
  { procs: 2, flows: 3, sweeps: 2 },
])('counters and ownership hold: $procs Ps x $flows flows, and $sweeps sweeps', (scope) => {
  const { failure, isComplete, states } = explore(protocolOf(mcentral(scope)));
  expect(failure).toBeUndefined();
  expect(isComplete).toBe(true);
  expect(states).toBeGreaterThan(1000);
});

test.each(MCENTRAL_SLIPS)('$name breaks a rule, in $steps steps at the shortest', (slip) => {
  const { failure } = explore(protocolOf(slippedMcentral(slip)));
  expect(failure?.steps).toHaveLength(slip.steps);
});

test.each(MCENTRAL_EQUIVALENTS)('$name breaks none: $because', (slip) => {
  expect(explore(protocolOf(slippedMcentral(slip)))).toMatchObject({ failure: undefined, isComplete: true });
});
