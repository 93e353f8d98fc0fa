/** The count of spans with a free slot, kept as spans change, equals a scan of every span. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NOBODY, SpanTable } from './spanTable';

const SPANS = 6;
const CLASSES = 3;
const NELEMS = 2;
const NO_STEP = -1;

/** The changes to a span, each with an argument of 0 or more. */
const CHANGES: Readonly<Record<string, (table: SpanTable, span: number, argument: number) => void>> = {
  enter: (table, span, argument) => table.addSpan(span, argument % CLASSES, NELEMS, 0),
  leave: (table, span) => table.removeSpan(span),
  hold: (table, span, argument) => table.setHolder(span, argument % 2),
  release: (table, span) => table.setHolder(span, NOBODY),
  take: (table, span) => {
    if (table.occupied[span] < table.nelems[span]) table.addTaken(span, 1);
  },
  sweep: (table, span) => {
    table.condemned[span] = table.occupied[span];
    table.sweep(span);
  },
  reset: (table) => table.reset(),
};

const change = fc.record({
  kind: fc.constantFrom(...Object.keys(CHANGES)),
  span: fc.integer({ min: 1, max: SPANS }),
  argument: fc.nat(7),
});

/** The spans of the class with a free slot that no P has, found by a look at each. */
function openSpans(table: SpanTable, sizeclass: number): readonly number[] {
  const spans = [];
  for (let span = 1; span <= table.used; span++) {
    if (
      table.sizeclass[span] === sizeclass &&
      table.holder[span] === NOBODY &&
      table.occupied[span] < table.nelems[span]
    )
      spans.push(span);
  }
  return spans;
}

test('spans with a free slot are counted, and the first is found, whatever became of the spans', () => {
  fc.assert(
    fc.property(fc.array(change, { size: 'max', maxLength: 60 }), (changes) => {
      const table = new SpanTable();
      table.reset();
      for (const { kind, span, argument } of changes) {
        // What never began its life changes with its beginning alone.
        if (span > table.used && kind !== 'enter' && kind !== 'reset') continue;
        CHANGES[kind](table, span, argument);
        for (let c = 0; c < CLASSES; c++) {
          const spans = openSpans(table, c);
          expect([table.open[c], table.withFreeSlot(c, 0, NO_STEP)]).toEqual([spans.length, spans[0] ?? 0]);
        }
      }
    }),
  );
});
