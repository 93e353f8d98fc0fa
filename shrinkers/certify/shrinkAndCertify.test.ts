/** Shrinking and certifying in turn. */
import { expect, test } from 'vitest';
import { CHECKS } from '../../properties/checks/checks';
import { planted, someFailingTrace } from '../../testing/planted';
import { shrinkAndCertify } from './shrinkAndCertify';

test('it ends with a trace that both the passes and the search leave as it is', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 1);
  const passes = new Set<string>();
  const kept: number[] = [];
  const shrunk = await shrinkAndCertify(trace, failure, {
    ...fault,
    checks: CHECKS,
    onProgress: ({ pass }) => passes.add(pass),
    onSmaller: ({ commands }) => void kept.push(commands.length),
  });
  expect(shrunk).toMatchObject({ isComplete: true, certificate: { isComplete: true, method: 'exhaustive' } });
  expect(shrunk.trace.commands.length).toBeLessThanOrEqual(2);
  expect(kept.at(-1)).toBe(shrunk.trace.commands.length);
  expect(shrunk.tries).toBeGreaterThan(shrunk.certificate?.tries ?? 0);
});

test('without time there is no certificate', async () => {
  const fault = planted('uncache-span-adds');
  const { trace, failure } = someFailingTrace(fault, 1);
  let asked = 0;
  const options = { ...fault, checks: CHECKS, isOver: () => ++asked > 10 };
  expect(await shrinkAndCertify(trace, failure, options)).toMatchObject({ isComplete: false, certificate: undefined });
});
