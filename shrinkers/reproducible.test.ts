import { expect, test } from 'vitest';
import { MALLOCS } from '../model/memstats';
import { CHECKS } from '../properties/checks/checks';
import type { System } from '../properties/system';
import { modelSystem } from '../systems/model';
import { findReproducible } from './reproducible';

/** The model, but that one of its runs publishes a malloc too many. */
function failsOnce(run: number): System {
  const model = modelSystem();
  let runs = 0;
  const once: System['run'] = (trace, observe) => {
    const isOff = ++runs === run;
    return model.run(trace, (step, command, observation) => {
      if (isOff) observation.published.totals[MALLOCS]++;
      return observe(step, command, observation);
    });
  };
  return Object.assign(Object.create(model) as System, { run: once });
}

test('a failure that does not repeat is told at once, and is the answer where there is none that does', async () => {
  const told: string[] = [];
  const onFound = ({ failure }: { failure: { check: string } }): void => void told.push(failure.check);
  const { found, passing } = await findReproducible({
    system: failsOnce(3),
    checks: CHECKS,
    seed: 1,
    traces: 10,
    maxCommands: 20,
    onFound,
  });
  expect(told).toEqual(['rescan']);
  expect(passing).toBe(1);
  expect(found?.failure.check).toBe('rescan');
});
