/** Which equations are printed, and which are coincidences. */
import { expect, test } from 'vitest';
import type { Drift } from '../../properties/drift';
import { explainDrift, signed, type VariedFailure } from './explainDrift';
import type { ObservedStep, SpanFacts } from './observeSteps';

function drift(by: number): Drift {
  return { counter: 'Mallocs', expected: 10, actual: 10 + by };
}

/** A step that touches a span with these facts. */
function step(facts: Partial<SpanFacts>, counters: readonly (readonly [string, number])[] = []): VariedFailure {
  const span: SpanFacts = { span: 4, class: 5, nelems: 128, allocCount: 100, elemSizeBytes: 64, npages: 1, ...facts };
  const observed: ObservedStep = {
    counters: new Map(counters),
    events: [],
    touched: [span.span],
    spans: new Map([[span.span, span]]),
  };
  return { drifts: [], command: { op: 'uncacheSpan', p: 0, class: span.class }, before: observed, after: observed };
}

test('a large drift that equals a quantity is explained without any variation', () => {
  expect(explainDrift([drift(28)], step({}), [])).toBe('+28 = nelems − allocCount of span 4, class 5, at uncacheSpan');
  expect(explainDrift([drift(-56)], step({}), [])).toBe(
    '−56 = 2 · (nelems − allocCount) of span 4, class 5, at uncacheSpan',
  );
  expect(explainDrift([drift(29)], step({}), [])).toBeUndefined();
});

test('an equation must hold in every variation that fails', () => {
  const same = { ...step({ class: 6, allocCount: 120 }), drifts: [drift(8)] };
  expect(explainDrift([drift(28)], step({}), [same])).toContain('nelems − allocCount');
  const other = { ...step({ class: 6, allocCount: 120 }), drifts: [drift(9)] };
  expect(explainDrift([drift(28)], step({}), [same, other])).toBeUndefined();
});

test('a drift of 1 is no number of pages, unless it grows with them', () => {
  const onePage = step({ npages: 1, allocCount: 50 });
  expect(explainDrift([drift(1)], onePage, [])).toBeUndefined();
  const stays = { ...step({ npages: 1, allocCount: 51 }), drifts: [drift(1)] };
  expect(explainDrift([drift(1)], onePage, [stays])).toBeUndefined();
  const grows = {
    ...step({ class: 40, npages: 3, allocCount: 5, nelems: 7, elemSizeBytes: 3200 }),
    drifts: [drift(3)],
  };
  expect(explainDrift([drift(1)], onePage, [stays, grows])).toBe('+1 = npages of span 4, class 5, at uncacheSpan');
});

test('a counter of another class is the same quantity in a variation', () => {
  const known = step({}, [['nmalloc[5]', 37]]);
  const varied = { ...step({ class: 6 }, [['nmalloc[6]', 41]]), drifts: [drift(41)] };
  expect(explainDrift([drift(37)], known, [varied])).toBe('+37 = nmalloc[5] before, at uncacheSpan');
});

test('the second drift is explained if the first cannot be', () => {
  expect(explainDrift([drift(29), drift(28)], step({}), [])).toContain('+28 =');
});

test('a drift that is no number, or none, equals nothing', () => {
  expect(explainDrift([drift(Number.NaN), drift(0)], step({}), [])).toBeUndefined();
  expect(explainDrift([drift(28)], { command: undefined, before: undefined, after: undefined }, [])).toBeUndefined();
  expect([signed(8128), signed(-3)]).toEqual(['+8,128', '−3']);
});
