/** The fuzzer of trace files, at the length of the full suite. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { damages, traceFiles } from '../../testing/traceFiles';
import { BadInputError } from '../input/badInput';
import { formatTraceFile, parseTraceFile } from './traceFile';

test('10,000 files damaged in up to four places are read, or refused in one short line', () => {
  const damage = fc.array(damages(), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(traceFiles(), damage, (file, changes) => {
      const text = changes.reduce((damaged, change) => change(damaged), formatTraceFile(file));
      try {
        const read = parseTraceFile(text, 'trace.json');
        expect(parseTraceFile(formatTraceFile(read), 'trace.json')).toEqual(read);
      } catch (error) {
        if (!(error instanceof BadInputError)) throw error;
        expect(error.message).toMatch(/^trace\.json: [^\n\r\u2028\u2029\u001b]{1,300}$/u);
      }
    }),
    { numRuns: 10_000 },
  );
});
