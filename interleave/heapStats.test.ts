import { expect, test } from 'vitest';
import { explore } from './explore';
import { heapStats, type HeapStatsScope } from './heapStats';
import { EQUIVALENT_SLIPS, SLIPS, slipped } from './heapStatsSlips';
import { protocolOf } from './program';

test.each<HeapStatsScope>([
  { writers: 1, windows: 2, reads: 3 },
  { writers: 2, windows: 2, reads: 2 },
  { writers: 2, withoutP: 2, windows: 2, reads: 2 },
  { writers: 3, windows: 2, reads: 2 },
  { writers: 3, withoutP: 1, windows: 2, reads: 2 },
])(
  'every read is a consistent cut at window boundaries: $writers writers x $windows windows x $reads reads',
  (scope) => {
    const { failure, isComplete, states } = explore(protocolOf(heapStats(scope)));
    expect(failure).toBeUndefined();
    expect(isComplete).toBe(true);
    expect(states).toBeGreaterThan(100);
  },
);

test.each(SLIPS)('$name breaks a rule, in $steps steps at the shortest', (slip) => {
  const { failure } = explore(protocolOf(slipped(slip)));
  expect(failure?.steps).toHaveLength(slip.steps);
});

test.each(EQUIVALENT_SLIPS)('$name breaks none: $because', (slip) => {
  expect(explore(protocolOf(slipped(slip)))).toMatchObject({ failure: undefined, isComplete: true });
});
